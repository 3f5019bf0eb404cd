# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI s'appuie sur l'Annuaire Santé
  Les professionnels et les correspondants du logiciel viennent de l'Annuaire Santé, avec leur numéro RPPS et leur
  adresse de messagerie sécurisée. Une personne montre ce que l'écran en fait.

  @ANN/va1.01.01
  Scénario: Import automatique de l'extraction publique Annuaire Santé
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Charger le fichier en libre accès de l'Annuaire Santé, et relever le compte rendu du chargement.
      Rechercher un professionnel qu'il contient.
      """
    Alors elle remet la preuve "ANN/va1.01.01.01", un journal
    Et elle remet la preuve "ANN/va1.01.01.02", une vidéo

  @ANN/va1.02.01
  Scénario: Données Annuaire Santé des utilisateurs
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Créer un utilisateur depuis l'annuaire, avec son numéro RPPS.
      Le modifier, et vérifier que ses données restent celles de l'annuaire.
      """
    Alors elle remet la preuve "ANN/va1.02.01.01", une vidéo

  @ANN/va1.03.01
  Scénario: Données Annuaire Santé des correspondants
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Créer un correspondant depuis l'annuaire, avec son numéro RPPS.
      Le modifier, et vérifier que ses données restent celles de l'annuaire.
      """
    Alors elle remet la preuve "ANN/va1.03.01.01", une vidéo

  @ANN/va1.04.01
  Scénario: Fréquence d'intégration de l'annuaire
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler la fréquence à laquelle le logiciel intègre l'annuaire de lui-même.
      """
    Alors elle remet la preuve "ANN/va1.04.01.01", une vidéo

  @ANN/va1.05.01
  Scénario: Recherche d'une adresse MSSanté
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher depuis le logiciel l'adresse de messagerie sécurisée d'un correspondant.
      """
    Alors elle remet la preuve "ANN/va1.05.01.01", une vidéo
