# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI rend lisibles les documents de santé
  L'en-tête, le corps et la partie narrative d'un document se lisent à l'écran, avec la présentation de son auteur.

  @CDA/VISU.01.01
  Scénario: Lisibilité d'un document CDA
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Afficher l'en-tête et le corps d'un document non structuré.
      Afficher l'en-tête et la partie narrative d'un document structuré accompagné de sa feuille de style.
      """
    Alors elle remet la preuve "CDA/VISU.01.01.01", une vidéo ou des copies d'écran
