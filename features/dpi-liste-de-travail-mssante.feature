# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI présente une liste de travail des documents qu'il n'a pas intégrés
  Ce qui ne peut pas entrer de lui-même ne se perd pas : une personne voit le document, la raison de l'attente et les
  patients possibles, puis l'intègre, remplace, supprime ou l'écarte.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @MSS/UX.09.01
  Plan du scénario: Un document qui n'entre pas de lui-même attend dans la liste
    Quand la PFI remet au DPI un document <document>
    Alors la liste de travail montre un document nouveau et en dit la raison

    Exemples:
      | document                                 |
      | pour une patiente inconnue               |
      | de cette patiente sans INS               |
      | de cette patiente avec l'INS d'une autre |

  @MSS/UX.09.01
  Scénario: L'utilisateur intègre un document au dossier de la patiente
    Étant donné que la PFI remet au DPI un document de cette patiente sans INS
    Quand l'utilisateur intègre ce document au dossier de la patiente
    Alors le geste est fait
    Et le dossier montre ce document, venu de MSSanté
    Et la liste de travail ne montre plus ce document

  @MSS/UX.09.01
  Scénario: Le document va au dossier que l'utilisateur a choisi, malgré le matricule reçu
    Étant donné une autre patiente, "Ruth NESSI", connue du DPI avec son INS
    Et que la PFI remet au DPI un document de cette patiente avec l'INS d'une autre
    Quand l'utilisateur intègre ce document au dossier de la patiente
    Alors le geste est fait
    Et le dossier montre ce document, venu de MSSanté

  @MSS/UX.09.01
  Scénario: Un geste refusé laisse le document dans la liste
    Étant donné que la PFI remet au DPI un document de cette patiente sans INS
    Quand l'utilisateur intègre ce document sans choisir de patiente
    Alors le geste est refusé
    Et la liste de travail montre un document nouveau et en dit la raison
    Et le dossier ne montre pas ce document

  @MSS/UX.09.01
  Scénario: L'utilisateur écarte un document qui n'est pas pour l'établissement
    Étant donné que la PFI remet au DPI un document pour une patiente inconnue
    Quand l'utilisateur écarte ce document
    Alors le geste est fait
    Et la liste de travail ne montre plus ce document
    Et le dossier ne montre pas ce document

  @MSS/UX.09.01
  Scénario: La suppression d'un document jamais reçu n'ajoute rien au dossier
    Quand la PFI remet au DPI la suppression d'un document jamais reçu
    Alors la liste de travail montre une suppression et en dit la raison
    Et le dossier ne compte aucun document de cette suppression

  @MSS/UX.09.01
  Scénario: Une suppression ne s'intègre pas comme un document
    Étant donné que la PFI remet au DPI la suppression d'un document jamais reçu
    Quand l'utilisateur intègre ce document au dossier de la patiente
    Alors le geste est refusé
    Et le dossier ne compte aucun document de cette suppression

  @MSS/UX.09.01
  Scénario: Un remplacement ne s'intègre pas à côté de la version du dossier
    Étant donné que l'administrateur demande à valider les remplacements et les suppressions
    Et que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand l'utilisateur intègre ce document au dossier de la patiente
    Alors le geste est refusé
    Et la liste de travail montre un remplacement et en dit la raison
    Et le dossier montre toujours la version d'origine comme courante

  @MSS/UX.02.01
  Scénario: Les patients dont les traits ressemblent à ceux du document sont proposés
    Quand la PFI remet au DPI un document de cette patiente avec l'INS d'une autre
    Alors la liste de travail propose la patiente

  @MSS/UX.02.01
  Scénario: Une patiente sans ressemblance n'est pas proposée
    Étant donné une autre patiente, "Ruth NESSI", connue du DPI avec son INS
    Quand la PFI remet au DPI un document de cette patiente sans INS
    Alors la liste de travail propose la patiente
    Mais la liste de travail ne propose pas l'autre patiente

  @SEED.MSS.6.01
  Scénario: La recherche de patient s'ouvre remplie des traits du document
    Quand la PFI remet au DPI un document de cette patiente avec une autre date de naissance
    Alors la recherche de patient est remplie des traits du document

  @SEED.MSS.12.01
  Scénario: Un document sans matricule attend dans la liste avec la patiente proposée
    Quand la PFI remet au DPI un document de cette patiente sans INS
    Alors la liste de travail montre un document nouveau et en dit la raison
    Et la liste de travail propose la patiente
