# language: fr
@HOP-DPI-Va2 @HOP-PFI-Va2
Fonctionnalité: Les comptes et les habilitations sont gérés avec l'établissement
  Connexion par le fournisseur d'identité de l'établissement, synchronisation, traces et mots de passe. La vidéo est en
  plein écran, avec toutes les fenêtres du parcours.

  @SSI/IAM.80.01
  Scénario: Connexion dans un navigateur, par le fournisseur d'identité
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Ouvrir le logiciel dans un navigateur, et montrer la redirection vers le fournisseur d'identité.
      S'authentifier, revenir au logiciel, puis montrer qu'un jeton encore valide est réemployé.
      """
    Alors elle remet la preuve "SSI/IAM.80.01.01", une vidéo
    Et elle remet la preuve "SSI/IAM.80.01.02", un document

  @SSI/IAM.80.02
  Scénario: Connexion depuis un client lourd, par le navigateur du poste
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Dérouler le même parcours depuis un client lourd, par le navigateur du poste.
      """
    Alors elle remet la preuve "SSI/IAM.80.02.01", une vidéo
    Et elle remet la preuve "SSI/IAM.80.02.02", un document

  @SSI/IAM.80.03
  Scénario: Connexion depuis un client lourd, par le téléphone de l'utilisateur
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Demander la connexion depuis un client lourd, et confirmer l'identité sur le téléphone (CIBA).
      Revenir au logiciel, session ouverte.
      """
    Alors elle remet la preuve "SSI/IAM.80.03.01", une vidéo
    Et elle remet la preuve "SSI/IAM.80.03.02", un document

  @SSI/IAM.83.01
  Scénario: L'identité et les permissions sont synchronisées
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier une identité et des permissions dans le référentiel local.
      Synchroniser, et constater les changements dans le logiciel.
      """
    Alors elle remet la preuve "SSI/IAM.83.01.01", une vidéo

  @SSI/IAM.83.02
  Scénario: Les permissions seules sont synchronisées
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier des permissions dans le référentiel local.
      Synchroniser, et constater les changements dans le logiciel.
      """
    Alors elle remet la preuve "SSI/IAM.83.02.01", une vidéo

  @SSI/IAM.88.01
  Scénario: Des comptes sont créés, modifiés et supprimés en masse
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Extraire les comptes.
      Appliquer un fichier qui en crée, en modifie et en supprime.
      Extraire de nouveau, et comparer.
      """
    Alors elle remet la preuve "SSI/IAM.88.01.01", une vidéo

  @SSI/IAM.88.02
  Scénario: Des permissions sont ajoutées et retirées en masse
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Extraire les permissions.
      Appliquer un fichier qui en ajoute et en retire.
      Extraire de nouveau, et comparer.
      """
    Alors elle remet la preuve "SSI/IAM.88.02.01", une vidéo

  @SSI/IAM.91.01
  Scénario: Un changement d'attribut est tracé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier des attributs d'un compte, et montrer la trace.
      """
    Alors elle remet la preuve "SSI/IAM.91.01.01", une vidéo

  @SSI/IAM.91.02
  Scénario: Un changement de permission est tracé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier des permissions d'un compte, et montrer la trace.
      """
    Alors elle remet la preuve "SSI/IAM.91.02.01", une vidéo

  @SSI/IAM.91.03
  Scénario: Une tentative de connexion est tracée
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Échouer à se connecter, puis réussir, et montrer les traces.
      """
    Alors elle remet la preuve "SSI/IAM.91.03.01", une vidéo

  @SSI/IAM.91.04
  Scénario: Un changement de mot de passe est tracé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Échouer à changer un mot de passe, puis réussir, et montrer les traces.
      """
    Alors elle remet la preuve "SSI/IAM.91.04.01", une vidéo

  @SSI/IAM.92.01
  Scénario: Politique de mot de passe des comptes d'administration
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Se connecter avec un compte d'administration expiré: le changement du mot de passe est imposé.
      Proposer un mot de passe de moins de quinze caractères, sans majuscule, sans chiffre, sans caractère
        spécial, puis déjà utilisé: chacun est refusé.
      Échouer plusieurs fois à se connecter: le compte est bloqué.
      """
    Alors elle remet la preuve "SSI/IAM.92.01.01", une vidéo
