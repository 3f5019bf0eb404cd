# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI dit sans clic d'où viennent les documents
  Un document venu du DMP se distingue d'un document venu de MSSanté.

  @CDA/INT.08.01
  Scénario: Origine visible sans clic
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Prendre un dossier qui contient un document venu du DMP et un document venu de MSSanté.
      Montrer que l'origine de chacun se lit sans clic.
      """
    Alors elle remet la preuve "CDA/INT.08.01.01", une vidéo ou des copies d'écran
