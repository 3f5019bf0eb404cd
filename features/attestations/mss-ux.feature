# language: fr
Fonctionnalité: Les documents reçus par messagerie sont intégrés et suivis
  Repérage, intégration automatique ou par liste de travail, historique, statistiques et accusés de lecture.

  @HOP-PFI-Va2 @MSS/UX.01.01
  Scénario: Repérage des courriels avec archive de documents
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Recevoir un courriel qui contient une archive de documents, et montrer que le logiciel le repère.
      """
    Alors elle remet la preuve "MSS/UX.01.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.01.01.02", un courriel
    Et ce courriel contient une archive de documents et leur copie PDF

  @HOP-DPI-Va2 @MSS/UX.07.01
  Scénario: Intégration automatique sur INS qualifiées identiques
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Recevoir un document dont l'INS est strictement celle d'un patient connu.
      Montrer le réglage de l'intégration automatique, puis l'intégration.
      """
    Alors elle remet la preuve "MSS/UX.07.01.01", une vidéo ou des copies d'écran

  @HOP-DPI-Va2 @MSS/UX.09.01
  Scénario: Liste de travail des documents non traités
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Recevoir des documents qui ne s'intègrent pas d'eux-mêmes.
      Afficher la liste de travail, et intégrer l'un d'eux.
      """
    Alors elle remet la preuve "MSS/UX.09.01.01", une vidéo ou des copies d'écran

  @HOP-DPI-Va2 @MSS/UX.16.01
  Scénario: Statistiques d'intégration
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Choisir une période, et afficher le nombre de documents intégrés d'eux-mêmes, à la main, et non intégrés.
      """
    Alors elle remet la preuve "MSS/UX.16.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.16.01.03", un tableau de bord

  @HOP-PFI-Va2 @MSS/UX.33.01
  Scénario: Demande d'accusé de lecture MDN
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Préparer un courriel en demandant un accusé de lecture, et l'envoyer.
      """
    Alors elle remet la preuve "MSS/UX.33.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.33.01.02", un courriel
    Et ce courriel porte l'en-tête "Disposition-Notification-To"

  @HOP-DPI-Va2 @HOP-PFI-Va2 @MSS/UX.37.01
  Scénario: Historique de traitement des documents reçus
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Prendre un document reçu par MSSanté, et afficher tout ce qui lui est arrivé depuis sa réception.
      """
    Alors elle remet la preuve "MSS/UX.37.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.37.01.02", un document

  @HOP-DPI-Va2 @MSS/UX.39.01
  Scénario: Intégration de CDA issus d'une archive XDM
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Recevoir de la PFI les documents d'une archive, et les intégrer au dossier.
      """
    Alors elle remet la preuve "MSS/UX.39.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.39.01.02", une archive de documents

  @HOP-DPI-Va2 @MSS/UX.40.01
  Scénario: Liste des documents intégrés et non lus
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler la période, et afficher les documents intégrés d'eux-mêmes que personne n'a encore lus.
      """
    Alors elle remet la preuve "MSS/UX.40.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.40.01.02", un extrait de configuration
