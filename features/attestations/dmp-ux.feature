# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI rend le DMP facile à consulter
  Le statut de l'identité et du DMP, les nouveaux documents, la recherche et l'intégration: ce que le professionnel
  voit et ce qu'il n'a pas à faire.

  @DMP/UX.06.01
  Scénario: Changement du choix du patient à tout moment
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir le dossier d'un patient opposé à la consultation de son DMP.
      Enregistrer qu'il ne s'y oppose plus, quitter le dossier et le rouvrir.
      Enregistrer de nouveau son opposition.
      """
    Alors elle remet la preuve "DMP/UX.06.01.01", une vidéo ou des copies d'écran

  @DMP/UX.11.01
  Scénario: Statut d'identité visible sans clic
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir un dossier dont l'INS est qualifiée, et montrer que le statut de l'identité se lit sans clic.
      Faire de même avec un dossier dont l'INS n'est pas qualifiée.
      """
    Alors elle remet la preuve "DMP/UX.11.01.01", une vidéo ou des copies d'écran

  @DMP/UX.12.01
  Scénario: État du DMP visible sans clic
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir le dossier d'un patient dont le DMP est ouvert et autorisé.
      Ouvrir celui d'un patient dont le DMP est ouvert et non autorisé.
      Ouvrir celui d'un patient dont le DMP n'existe pas ou est fermé.
      Montrer que chaque état se lit sans clic.
      """
    Alors elle remet la preuve "DMP/UX.12.01.01", une vidéo ou des copies d'écran

  @DMP/UX.14.01
  Scénario: Liste synthétique des documents du DMP
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un patient dont l'INS est qualifiée, qui a un DMP et ne s'oppose pas à sa consultation.
      Ouvrir son dossier, afficher la liste des documents du DMP et ses filtres.
      Ouvrir des documents de cette liste.
      """
    Alors elle remet la preuve "DMP/UX.14.01.01", une vidéo ou des copies d'écran

  @DMP/UX.15.01
  Scénario: De nouveaux documents de tiers se voient sans clic
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir le dossier d'un patient pour qui un tiers a versé des documents au DMP.
      Montrer, sans aucun geste, leur nombre par type.
      """
    Alors elle remet la preuve "DMP/UX.15.01.01", une vidéo ou des copies d'écran

  @DMP/UX.15.02
  Scénario: L'absence de nouveau document se voit sans clic
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir le dossier d'un patient pour qui rien n'a été versé depuis sa dernière venue.
      Montrer, sans aucun geste, qu'il n'y a pas de nouveau document.
      """
    Alors elle remet la preuve "DMP/UX.15.02.01", une vidéo ou des copies d'écran

  @DMP/UX.17.01
  Scénario: Configuration des types comptés
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Configurer un type de document suivi au niveau de la structure, puis d'un service, puis d'une spécialité.
      """
    Alors elle remet la preuve "DMP/UX.17.01.01", une vidéo ou des copies d'écran

  @DMP/UX.27.01
  Scénario: Recherche multicritère dans le DMP
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Lancer dans le DMP une recherche qui combine au moins deux critères.
      """
    Alors elle remet la preuve "DMP/UX.27.01.01", une vidéo ou des copies d'écran

  @DMP/UX.31.01
  Scénario: Sélection multiple et intégration
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher des documents dans le DMP et en choisir au moins deux.
      Les intégrer au dossier, puis les afficher.
      """
    Alors elle remet la preuve "DMP/UX.31.01.01", une vidéo ou des copies d'écran

  @DMP/UX.34.01
  Scénario: Préchargement des documents
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Précharger les documents d'un ensemble de patients, et montrer la durée de leur conservation.
      Ouvrir un document préchargé.
      """
    Alors elle remet la preuve "DMP/UX.34.01.01", une vidéo ou des copies d'écran

  @DMP/UX.44.01
  Scénario: Conservation et archivage des documents issus du DMP
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un document venu du DMP.
      Montrer le réglage de sa conservation et de son archivage, puis son effet.
      """
    Alors elle remet la preuve "DMP/UX.44.01.01", un document
    Et elle remet la preuve "DMP/UX.44.01.02", une vidéo ou des copies d'écran

  @DMP/UX.49.01
  Scénario: Consultation par appel contextuel TD0.9
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Demander au CNDA l'homologation de l'appel contextuel.
      Joindre le justificatif obtenu.
      """
    Alors elle remet la preuve "DMP/UX.49.01.01", un justificatif du CNDA

  @DMP/UX.50.01
  Scénario: Positionnement automatique de l'autorisation d'accès
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un patient non opposé, dont le DMP n'a pas encore d'autorisation pour l'utilisateur.
      Lancer la consultation, et montrer que l'autorisation est posée.
      Montrer la non-opposition enregistrée, et le journal des deux transactions.
      """
    Alors elle remet la preuve "DMP/UX.50.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "DMP/UX.50.01.02", un journal
    Et cette trace contient "TD0.2"
    Et cette trace contient "TD0.3"
