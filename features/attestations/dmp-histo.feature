# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI reprend l'historique des documents
  Les documents d'épisodes passés peuvent alimenter le DMP, un à un ou par lots, avec leur date et leurs auteurs.

  @DMP/HISTO.01.01
  Scénario: Repérage des documents déjà alimentés
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Afficher les documents d'un dossier, et montrer pour chacun si l'envoi au DMP a réussi.
      """
    Alors elle remet la preuve "DMP/HISTO.01.01.01", une vidéo ou des copies d'écran

  @DMP/HISTO.03.01
  Scénario: Date métier d'un document historique
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un document d'un ancien épisode, et montrer la date de l'acte.
      Alimenter le DMP avec ce document.
      Relire ses métadonnées dans le DMP, et montrer que la date de l'acte y figure.
      """
    Alors elle remet la preuve "DMP/HISTO.03.01.01", une vidéo ou des copies d'écran

  @DMP/HISTO.04.01
  Scénario: Auteur d'un document historique absent du RPPS
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Se connecter comme personne morale.
      Alimenter le DMP d'un ancien document dont l'auteur n'est plus au RPPS.
      Relire ses auteurs dans le DMP: l'auteur d'origine et la personne morale.
      """
    Alors elle remet la preuve "DMP/HISTO.04.01.01", une vidéo ou des copies d'écran

  @DMP/HISTO.05.01
  Scénario: Envoi manuel d'un document d'un épisode antérieur
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir le dossier d'un patient dont l'INS est qualifiée.
      Choisir un document d'un épisode antérieur et en alimenter le DMP.
      Retrouver ce document dans le DMP.
      """
    Alors elle remet la preuve "DMP/HISTO.05.01.01", une vidéo ou des copies d'écran

  @DMP/HISTO.06.01
  Scénario: Les patients et les documents à reprendre se choisissent par des filtres
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler la reprise sur les patients non décédés, dont l'INS est qualifiée et qui ne s'y opposent pas.
      Montrer que les documents déjà transmis sont écartés.
      """
    Alors elle remet la preuve "DMP/HISTO.06.01.01", une vidéo ou des copies d'écran

  @DMP/HISTO.06.02
  Scénario: La reprise se règle pour une unité
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Choisir une unité, ses types de documents locaux et leur correspondance avec ceux du DMP.
      Régler l'antériorité, l'événement qui déclenche l'envoi et le rattrapage.
      """
    Alors elle remet la preuve "DMP/HISTO.06.02.01", une vidéo ou des copies d'écran

  @DMP/HISTO.06.03
  Scénario: Le débit de la reprise se règle
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler le débit d'alimentation, à quatre transactions par seconde au plus.
      """
    Alors elle remet la preuve "DMP/HISTO.06.03.01", une vidéo ou des copies d'écran

  @DMP/HISTO.06.04
  Scénario: La reprise se déroule d'elle-même
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Lancer l'alimentation automatique pour les patients que les filtres retiennent.
      Montrer les documents transmis, et ceux qui ne le sont pas.
      """
    Alors elle remet la preuve "DMP/HISTO.06.04.01", une vidéo ou des copies d'écran
