# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI aide à rédiger et à valider les documents de sortie
  Maquettes pré-remplies, circuit de validation, listes de travail: ce que l'hôpital attend de la production des
  documents.

  @HOP/va1.03.01
  Scénario: Édition du document avant validation
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Créer une lettre de liaison ou un compte rendu opératoire pré-rempli.
      Modifier à la main les champs pré-remplis, avant de valider.
      """
    Alors elle remet la preuve "HOP/va1.03.01.01", une vidéo ou des copies d'écran

  @HOP/va1.04.01
  Scénario: Circuit création-validation sans relecture
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir la documentation du logiciel au circuit où le rédacteur signe lui-même.
      Montrer qu'aucune relecture n'y est demandée entre la création et la validation.
      """
    Alors elle remet la preuve "HOP/va1.04.01.01", un document
    Et elle remet la preuve "HOP/va1.04.01.02", une vidéo ou des copies d'écran

  @HOP/va1.06.01
  Scénario: Documentation du circuit de validation
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir la documentation du circuit complet: création, relecture, validation, envoi au DMP et par MSSanté.
      """
    Alors elle remet la preuve "HOP/va1.06.01.01", un document
    Et elle remet la preuve "HOP/va1.06.01.02", une vidéo ou des copies d'écran

  @HOP/va1.07.01
  Scénario: Maquettes de lettre de liaison pré-remplies
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un dossier que l'équipe soignante a déjà renseigné.
      Rédiger une lettre de liaison à la sortie, et montrer que les champs sont déjà remplis.
      """
    Alors elle remet la preuve "HOP/va1.07.01.01", une vidéo ou des copies d'écran

  @HOP/va1.08.01
  Scénario: Listes de travail de validation
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Afficher les documents en attente de validation, avec leur statut, par professionnel puis par service.
      """
    Alors elle remet la preuve "HOP/va1.08.01.01", une vidéo ou des copies d'écran

  @HOP/va1.11.01
  Scénario: Notification interne des résultats critiques
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Recevoir un document de santé dans une archive.
      Montrer sa réception, puis son intégration au dossier du patient.
      """
    Alors elle remet la preuve "HOP/va1.11.01.01", une vidéo ou des copies d'écran

  @HOP/va1.12.01
  Scénario: Notification par courriel ou SMS
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Recevoir un document de santé dans une archive.
      Montrer sa réception, puis son intégration au dossier du patient.
      """
    Alors elle remet la preuve "HOP/va1.12.01.01", une vidéo ou des copies d'écran
