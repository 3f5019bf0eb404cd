# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI reçoit et transmet l'identité nationale de santé
  L'INS désigne un seul patient dans tout le pays. Le DPI ne garde que celle d'une identité validée, la transmet avec
  chaque message, et la retire quand le référentiel d'identités le demande.

  @INS/va1.61.01
  Scénario: L'INS qualifiée accompagne le document transmis
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message porte l'INS de la patiente

  @INS/va1.61.01
  Scénario: L'INS qualifiée accompagne aussi une suppression
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" déjà transmis au DMP
    Quand l'utilisateur supprime le document
    Alors la PFI reçoit un message de suppression
    Et ce message porte l'INS de la patiente

  @INS/va1.61.01
  Scénario: Sans identité validée, aucune INS n'est transmise
    Étant donné une PFI qui accepte tous les messages
    Et que le référentiel d'identités annonce la patiente "Dominique PAT-TROIS", identité provisoire, avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel sans le montrer à la patiente
    Alors la PFI reçoit un message de publication
    Et ce message ne porte aucune INS

  @INS/va1.62.01
  Scénario: Une patiente est créée avec son INS
    Quand le référentiel d'identités annonce la patiente "Dominique PAT-TROIS", identité validée, avec son INS
    Alors le DPI acquitte l'annonce
    Et le dossier montre l'INS de la patiente
    Et le dossier montre les traits de la patiente

  @INS/va1.62.01
  Scénario: L'INS arrive après la création du dossier
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI sans INS
    Quand le référentiel d'identités met à jour la patiente, identité validée, avec son INS
    Alors le DPI acquitte l'annonce
    Et le dossier montre l'INS de la patiente

  @INS/va1.62.01
  Scénario: La mise à jour d'une patiente inconnue crée son dossier
    Quand le référentiel d'identités met à jour la patiente "Ruth NESSI" que le DPI ne connaît pas
    Alors le DPI acquitte l'annonce
    Et le dossier montre l'INS de la patiente
    Et le dossier montre les traits de la patiente

  @INS/va1.62.01
  Scénario: Un trait que l'annonce ne rappelle pas reste au dossier
    Étant donné la patiente "Ruth NESSI" connue du DPI sans INS
    Quand le référentiel d'identités met à jour la patiente sans rappeler son lieu de naissance
    Alors le DPI acquitte l'annonce
    Et le dossier montre les traits de la patiente

  @INS/va1.62.01
  Scénario: Un trait que l'annonce efface quitte le dossier
    Étant donné la patiente "Ruth NESSI" connue du DPI sans INS
    Quand le référentiel d'identités efface le lieu de naissance de la patiente
    Alors le DPI acquitte l'annonce
    Et le dossier ne montre plus le lieu de naissance

  @INS/va1.62.01
  Scénario: La même annonce reçue deux fois ne change rien au dossier
    Étant donné que le référentiel d'identités annonce la patiente "Dominique PAT-TROIS", identité validée, avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Quand le référentiel d'identités envoie le même message une seconde fois
    Alors le dossier montre l'INS de la patiente
    Et le dossier montre les traits de la patiente
    Et le dossier garde le document produit

  @INS/va1.62.01
  Plan du scénario: Une mise à jour fautive est refusée et ne change rien au dossier
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI sans INS
    Quand le référentiel d'identités envoie une mise à jour fautive, <faute>
    Alors le DPI refuse l'annonce
    Et le dossier ne montre aucune INS
    Et le dossier montre les traits de la patiente

    Exemples:
      | faute                                 |
      | identité du patient absente           |
      | identifiant du patient absent         |
      | événement inconnu                     |
      | événement que PAM France exclut       |
      | correction d'un mouvement jamais reçu |
      | version de HL7 ancienne               |

  @INS/va1.62.02
  Plan du scénario: L'INS d'une identité non validée est écartée, le reste est gardé
    Quand le référentiel d'identités annonce la patiente "Dominique PAT-TROIS", identité <statut>, avec son INS
    Alors le DPI acquitte l'annonce
    Et le dossier ne montre aucune INS
    Et le dossier montre les traits de la patiente

    Exemples:
      | statut      |
      | provisoire  |
      | sans statut |

  @INS/va1.62.02
  Scénario: L'INS écartée est enregistrée dès que l'identité est validée
    Étant donné que le référentiel d'identités annonce la patiente "Dominique PAT-TROIS", identité provisoire, avec son INS
    Quand le référentiel d'identités met à jour la patiente, identité validée, avec son INS
    Alors le dossier montre l'INS de la patiente

  @INS/va1.62.03
  Scénario: L'INS est retirée à la demande du référentiel d'identités
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Quand le référentiel d'identités supprime l'INS de la patiente
    Alors le DPI acquitte l'annonce
    Et le dossier ne montre aucune INS
    Mais le dossier montre les traits de la patiente
    Et le dossier garde le document produit

  @INS/va1.62.03
  Scénario: L'INS retirée n'est plus transmise
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Quand le référentiel d'identités supprime l'INS de la patiente
    Et l'utilisateur tente de transmettre le document au DMP
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP
