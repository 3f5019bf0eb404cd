# language: fr
Fonctionnalité: Les documents reçus par messagerie sont intégrés et suivis
  Repérage, intégration automatique ou par liste de travail, historique, statistiques et accusés de lecture.

  @HOP-PFI-Va2 @MSS/UX.37.01
  Scénario: Historique de traitement des documents reçus
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Prendre un document reçu par MSSanté, et afficher tout ce qui lui est arrivé depuis sa réception.
      """
    Alors elle remet la preuve "MSS/UX.37.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/UX.37.01.02", un document
