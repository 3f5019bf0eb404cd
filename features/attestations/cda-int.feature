# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI intègre les documents reçus et dit d'où ils viennent
  Les documents reçus se trient, gardent leur présentation d'origine, et montrent sans clic s'ils viennent du DMP ou
  de MSSanté.

  @CDA/INT.04.01
  Scénario: Tri des documents par type et date
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un dossier qui contient un document produit et un document importé, de types et de dates
        différents.
      Trier les documents par date, puis par type.
      """
    Alors elle remet la preuve "CDA/INT.04.01.01", une vidéo ou des copies d'écran

  @CDA/INT.08.01
  Scénario: Origine visible sans clic
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un dossier qui contient un document venu du DMP et un document venu de MSSanté.
      Montrer que l'origine de chacun se lit sans clic.
      """
    Alors elle remet la preuve "CDA/INT.08.01.01", une vidéo ou des copies d'écran

  @CDA/INT.09.01
  Scénario: Application de la feuille de style fournie
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Afficher un document structuré sans feuille de style.
      Afficher un document structuré accompagné de sa feuille de style, et montrer qu'elle est appliquée.
      """
    Alors elle remet la preuve "CDA/INT.09.01.01", une vidéo ou des copies d'écran

  @CDA/INT.15.01
  Scénario: Conservation du CDA et de sa feuille de style
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Intégrer un document non structuré, un document structuré avec sa feuille de style, et un autre sans.
      Afficher l'en-tête, le corps et la partie narrative de chacun.
      """
    Alors elle remet la preuve "CDA/INT.15.01.01", une vidéo ou des copies d'écran

  @CDA/INT.16.01
  Scénario: Feuille de style couvrant les sections ajoutées
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Produire un document structuré qui contient des sections conformes et des sections ajoutées.
      L'afficher avec la feuille de style fournie, et montrer la partie narrative des sections ajoutées.
      """
    Alors elle remet la preuve "CDA/INT.16.01.01", une vidéo ou des copies d'écran
