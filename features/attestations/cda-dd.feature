# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI ne garde pas deux fois le même document
  Un document venu du DMP peut y être remplacé ou supprimé ensuite: l'utilisateur en est averti à l'ouverture du
  dossier.

  @CDA/DD.05.01
  Scénario: Nouvelle version ou suppression constatée dans le DMP
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Préparer un document intégré depuis le DMP, puis en verser au DMP une version plus récente.
      Ouvrir le dossier du patient et montrer que la nouvelle version est signalée sans aucun geste.
      Afficher cette version, l'intégrer en gardant l'ancienne, puis afficher les deux.
      """
    Alors elle remet la preuve "CDA/DD.05.01.01", une vidéo ou des copies d'écran
