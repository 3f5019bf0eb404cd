# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI intègre de lui-même les documents reçus par MSSanté, à coup sûr
  Un document entre sans geste au dossier quand l'identité qualifiée qu'il porte est, trait pour trait, celle du dossier.
  Une seule différence suffit à le laisser à l'appréciation d'une personne, et l'établissement choisit ce qu'il automatise.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @MSS/UX.07.01
  Scénario: L'identité qualifiée est la même de part et d'autre
    Quand la PFI remet au DPI un document de cette patiente
    Alors le DPI accepte la remise
    Et le document est entré sans geste au dossier de la patiente

  @MSS/UX.07.01
  Plan du scénario: Une seule différence d'identité empêche l'intégration automatique
    Quand la PFI remet au DPI un document <différence>
    Alors le document n'est pas entré au dossier de la patiente, les identités n'étant pas égales

    Exemples:
      | différence                                         |
      | de cette patiente sous le registre de démonstration |
      | de cette patiente avec un autre nom de naissance   |
      | de cette patiente avec un autre premier prénom     |
      | de cette patiente avec une autre date de naissance |
      | de cette patiente avec un autre sexe               |
      | de cette patiente avec un autre lieu de naissance  |
      | de cette patiente avec l'INS d'une autre           |

  @MSS/UX.07.01
  Scénario: L'intégration automatique peut être désactivée
    Étant donné que l'administrateur désactive l'intégration automatique
    Quand la PFI remet au DPI un document de cette patiente
    Alors le document n'est pas entré au dossier de la patiente, le réglage l'interdisant
    Et la liste de travail montre un document nouveau et en dit la raison

  @MSS/UX.07.01
  Scénario: L'intégration automatique peut être réservée à un type de documents
    Étant donné que l'administrateur réserve l'intégration automatique aux lettres de liaison
    Quand la PFI remet au DPI un document de cette patiente
    Alors le document n'est pas entré au dossier de la patiente, le réglage l'interdisant
    Et la liste de travail montre un document nouveau et en dit la raison

  @MSS/UX.07.01
  Scénario: Un document du type choisi entre sans geste
    Étant donné que l'administrateur réserve l'intégration automatique aux lettres de liaison
    Quand la PFI remet au DPI un document de cette patiente, du type lettre de liaison
    Alors le DPI accepte la remise
    Et le document est entré sans geste au dossier de la patiente

  @SEED.MSS.2.01
  Scénario: L'identité n'est pas qualifiée chez l'émetteur
    Quand la PFI remet au DPI un document de cette patiente à l'identité provisoire
    Alors le document n'est pas entré au dossier de la patiente, les identités n'étant pas égales
    Et la liste de travail montre un document nouveau et en dit la raison

  @SEED.MSS.5.01
  Scénario: Un document aux traits discordants attend d'être traité à la main
    Quand la PFI remet au DPI un document de cette patiente avec une autre date de naissance
    Alors le document n'est pas entré au dossier de la patiente, les identités n'étant pas égales
    Et la liste de travail montre un document nouveau et en dit la raison

  @SEED.MSS.7.01
  Scénario: Une pièce qui n'est pas un document CDA n'est pas intégrée
    Quand la PFI remet au DPI un message fautif, document qui n'est pas un CDA
    Alors le DPI signale une erreur technique
    Et le dossier ne montre pas ce document

  @MSS/UX.39.01
  Scénario: Tous les documents d'un courriel sont intégrés
    Quand la PFI remet au DPI les deux documents d'un même courriel, l'un d'eux structuré
    Alors le DPI accepte la remise
    Et le dossier montre les deux documents du courriel

  @MSS/UX.39.01
  Scénario: Un document structuré et sa copie paginée sont intégrés et s'affichent
    Étant donné que la PFI remet au DPI un document structuré avec sa copie paginée
    Quand l'utilisateur ouvre ce document
    Alors le DPI accepte la remise
    Et le DPI affiche le PDF du document
    Et le DPI affiche le texte du document

  @SEED.MSS.10.01
  Scénario: Le PDF qui double un document n'est pas intégré à part
    Quand la PFI remet au DPI un document structuré avec sa copie paginée
    Alors le DPI accepte la remise
    Et le dossier compte un seul document

  @SEED.MSS.18.01
  Scénario: Le document est rangé sous le type qu'il dit
    Quand la PFI remet au DPI un document de cette patiente, du type lettre de liaison
    Alors le document est rangé sous le type qu'il dit
