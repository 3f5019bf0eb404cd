# language: fr
@HOP-DPI-Va2 @HOP-PFI-Va2
Fonctionnalité: Les professionnels, les structures et les usagers sont identifiés
  Enregistrement, authentification, renouvellement et fermeture de session, selon le référentiel d'identification
  électronique.

  @SSI/IE.30.01
  Scénario: Le numéro RPPS est recherché à la création du compte
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer le compte d'un professionnel, et montrer que son numéro RPPS est recherché et associé.
      """
    Alors elle remet la preuve "SSI/IE.30.01.01", un document
    Et elle remet la preuve "SSI/IE.30.01.02", une vidéo ou des copies d'écran

  @SSI/IE.30.02
  Scénario: Un numéro RPPS introuvable est signalé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer le compte d'un professionnel dont le numéro RPPS est introuvable.
      Montrer que l'erreur est signalée et la recherche reportée.
      """
    Alors elle remet la preuve "SSI/IE.30.02.01", une vidéo ou des copies d'écran

  @SSI/IE.30.03
  Scénario: Le numéro RPPS est contrôlé tous les deux ans au plus
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Montrer la recherche initiale du numéro RPPS, puis son contrôle périodique.
      """
    Alors elle remet la preuve "SSI/IE.30.03.01", un journal

  @SSI/IE.31.01
  Scénario: Vérification des coordonnées du professionnel
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer un compte avec une adresse de messagerie.
      Montrer que cette adresse n'est admise qu'une fois vérifiée.
      """
    Alors elle remet la preuve "SSI/IE.31.01.01", une vidéo ou des copies d'écran

  @SSI/IE.32.01
  Scénario: Modification des attributs du professionnel
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier un attribut d'un professionnel.
      Montrer que la modification est contrôlée, puis que l'intéressé en est averti.
      """
    Alors elle remet la preuve "SSI/IE.32.01.01", une vidéo ou des copies d'écran

  @SSI/IE.33.01
  Scénario: Attributs minimaux du professionnel
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Afficher le compte d'un professionnel, avec son identifiant, son nom d'exercice, son prénom et sa
        profession.
      """
    Alors elle remet la preuve "SSI/IE.33.01.01", une vidéo ou des copies d'écran

  @SSI/IE.34.01
  Scénario: Renouvellement du dispositif d'authentification
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Montrer que le renouvellement du dispositif d'authentification est imposé à son échéance.
      """
    Alors elle remet la preuve "SSI/IE.34.01.01", une vidéo ou des copies d'écran

  @SSI/IE.35.01
  Scénario: Désactivation d'un dispositif perdu ou volé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Désactiver le dispositif d'authentification d'un professionnel sans ouvrir de session.
      """
    Alors elle remet la preuve "SSI/IE.35.01.01", une vidéo ou des copies d'écran

  @SSI/IE.36.01
  Scénario: Les tentatives de connexion sont limitées
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Se tromper plusieurs fois de mot de passe.
      Montrer que les tentatives sont limitées.
      """
    Alors elle remet la preuve "SSI/IE.36.01.01", une vidéo ou des copies d'écran

  @SSI/IE.36.02
  Scénario: Un mot de passe trop faible est refusé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Proposer des mots de passe qui ne suivent pas la règle.
      Montrer que chacun est refusé.
      """
    Alors elle remet la preuve "SSI/IE.36.02.01", une vidéo ou des copies d'écran

  @SSI/IE.37.01
  Scénario: Les deux facteurs sont exigés de nouveau à l'échéance
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Régler le délai, s'authentifier à deux facteurs, puis se reconnecter avec un seul.
      Montrer que les deux sont exigés de nouveau une fois le délai passé.
      """
    Alors elle remet la preuve "SSI/IE.37.01.01", une vidéo ou des copies d'écran

  @SSI/IE.37.02
  Scénario: L'administrateur règle le délai du simple facteur
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Régler ce délai comme administrateur.
      """
    Alors elle remet la preuve "SSI/IE.37.02.01", une vidéo ou des copies d'écran

  @SSI/IE.38.01
  Scénario: Fermeture de session par le professionnel
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Se déconnecter, et constater qu'il faut s'authentifier de nouveau.
      """
    Alors elle remet la preuve "SSI/IE.38.01.01", une vidéo ou des copies d'écran

  @SSI/IE.39.01
  Scénario: Déconnexion sur inactivité
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Régler la durée d'inactivité, attendre, et constater que la session se ferme.
      """
    Alors elle remet la preuve "SSI/IE.39.01.01", une vidéo ou des copies d'écran

  @SSI/IE.40.01
  Scénario: La session se ferme avec l'onglet
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Fermer l'onglet, et constater que la session est fermée.
      """
    Alors elle remet la preuve "SSI/IE.40.01.01", une vidéo ou des copies d'écran

  @SSI/IE.40.02
  Scénario: La session se ferme avec le client
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Fermer le client, et constater que la session est fermée.
      """
    Alors elle remet la preuve "SSI/IE.40.02.01", une vidéo ou des copies d'écran

  @SSI/IE.42.01
  Scénario: Identification d'une structure tierce
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer trois comptes de structure: par FINESS, par SIREN ou SIRET, et par RPPS-rang.
      """
    Alors elle remet la preuve "SSI/IE.42.01.01", une vidéo ou des copies d'écran

  @SSI/IE.43.01
  Scénario: Authentification d'une structure tierce par certificat
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Se connecter avec un certificat valide: la connexion est acceptée.
      Se connecter avec un certificat révoqué: elle est refusée.
      """
    Alors elle remet la preuve "SSI/IE.43.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "SSI/IE.43.01.02", un extrait de configuration
    Et elle remet la preuve "SSI/IE.43.01.03", des certificats

  @SSI/IE.44.01
  Scénario: Vérification d'identité de l'usager qui s'inscrit
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer un compte d'usager par chaque méthode de vérification d'identité proposée.
      """
    Alors elle remet la preuve "SSI/IE.44.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "SSI/IE.44.01.02", un document
    Et elle remet la preuve "SSI/IE.44.01.03", un document

  @SSI/IE.45.01
  Scénario: Création du compte usager par un PS
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer comme professionnel le compte d'un usager, avec ses traits d'identité et son matricule INS.
      """
    Alors elle remet la preuve "SSI/IE.45.01.01", une vidéo ou des copies d'écran

  @SSI/IE.46.01
  Scénario: Vérification des coordonnées de l'usager
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Créer un compte d'usager avec une adresse ou un numéro de téléphone.
      Montrer que cette coordonnée est vérifiée.
      """
    Alors elle remet la preuve "SSI/IE.46.01.01", une vidéo ou des copies d'écran

  @SSI/IE.47.01
  Scénario: Un attribut modifié par l'usager est contrôlé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier un attribut comme usager.
      Montrer que la modification est contrôlée, puis que l'usager en est averti.
      """
    Alors elle remet la preuve "SSI/IE.47.01.01", une vidéo ou des copies d'écran

  @SSI/IE.47.02
  Scénario: Une coordonnée modifiée par l'usager est contrôlée
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Modifier une coordonnée comme usager.
      Montrer que la modification est contrôlée, puis que l'usager en est averti sur l'ancienne.
      """
    Alors elle remet la preuve "SSI/IE.47.02.01", une vidéo ou des copies d'écran

  @SSI/IE.48.01
  Scénario: Attributs minimaux de l'usager
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Afficher le compte d'un usager, avec son matricule INS et ses traits d'identité.
      """
    Alors elle remet la preuve "SSI/IE.48.01.01", une vidéo ou des copies d'écran

  @SSI/IE.49.01
  Scénario: Renouvellement du dispositif de l'usager
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Régler le renouvellement du dispositif de l'usager, puis montrer qu'il est imposé.
      """
    Alors elle remet la preuve "SSI/IE.49.01.01", une vidéo ou des copies d'écran

  @SSI/IE.50.01
  Scénario: L'usager déclare la perte de son dispositif sans ouvrir de session
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Déclarer la perte du dispositif sans ouvrir de session.
      Montrer que le dispositif ne sert plus.
      """
    Alors elle remet la preuve "SSI/IE.50.01.01", une vidéo ou des copies d'écran

  @SSI/IE.50.02
  Scénario: L'usager déclare la perte de son dispositif en session
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Déclarer la perte du dispositif dans une session ouverte.
      Montrer que le dispositif ne sert plus.
      """
    Alors elle remet la preuve "SSI/IE.50.02.01", une vidéo ou des copies d'écran

  @SSI/IE.51.01
  Scénario: Deux facteurs pour les patients
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Ouvrir une session d'usager par chacun des moyens proposés.
      Montrer que les deux facteurs sont imposés.
      """
    Alors elle remet la preuve "SSI/IE.51.01.01", un document
    Et elle remet la preuve "SSI/IE.51.01.02", une vidéo ou des copies d'écran

  @SSI/IE.52.01
  Scénario: Les tentatives de l'usager sont limitées
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Se tromper plusieurs fois de mot de passe comme usager.
      Montrer que les tentatives sont limitées.
      """
    Alors elle remet la preuve "SSI/IE.52.01.01", une vidéo ou des copies d'écran

  @SSI/IE.52.02
  Scénario: Un mot de passe trop faible de l'usager est refusé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Proposer comme usager un mot de passe qui ne suit pas la règle.
      Montrer qu'il est refusé.
      """
    Alors elle remet la preuve "SSI/IE.52.02.01", une vidéo ou des copies d'écran

  @SSI/IE.53.01
  Scénario: Déconnexion par l'usager
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Se déconnecter comme usager, et constater que la session est fermée.
      """
    Alors elle remet la preuve "SSI/IE.53.01.01", une vidéo ou des copies d'écran

  @SSI/IE.54.01
  Scénario: La durée d'inactivité de l'usager se règle
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Régler la durée d'inactivité des usagers.
      """
    Alors elle remet la preuve "SSI/IE.54.01.01", une vidéo ou des copies d'écran

  @SSI/IE.54.02
  Scénario: L'usager inactif est déconnecté
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Rester inactif comme usager, et constater que la session se ferme.
      """
    Alors elle remet la preuve "SSI/IE.54.02.01", une vidéo ou des copies d'écran

  @SSI/IE.55.01
  Scénario: La session de l'usager se ferme avec l'onglet
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Fermer l'onglet, et constater que la session est fermée.
      """
    Alors elle remet la preuve "SSI/IE.55.01.01", une vidéo ou des copies d'écran

  @SSI/IE.55.02
  Scénario: La session de l'usager se ferme avec le navigateur
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Fermer le navigateur, et constater que la session est fermée.
      """
    Alors elle remet la preuve "SSI/IE.55.02.01", une vidéo ou des copies d'écran

  @SSI/IE.55.03
  Scénario: La session de l'usager se ferme avec le client
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Fermer le client, et constater que la session est fermée.
      """
    Alors elle remet la preuve "SSI/IE.55.03.01", une vidéo ou des copies d'écran

  @SSI/IE.55.04
  Scénario: La session de l'usager se ferme avec celle du poste
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Fermer la session du système d'exploitation, et constater que celle de l'usager est fermée.
      """
    Alors elle remet la preuve "SSI/IE.55.04.01", une vidéo ou des copies d'écran
