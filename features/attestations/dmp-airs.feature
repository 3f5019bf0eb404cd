# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI consulte le DMP par AIR simplifié
  L'utilisateur authentifié à deux facteurs est nommé dans chaque requête au DMP, et il le sait.

  @DMP/AIRS.03.01
  Scénario: Homologation CNDA consultation en mode AIR
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Demander au CNDA l'homologation du profil consultation, en authentification indirecte renforcée.
      Joindre le justificatif obtenu.
      """
    Alors elle remet la preuve "DMP/AIRS.03.01.01", un justificatif du CNDA

  @DMP/AIRS.06.01
  Scénario: Identifiant national de l'utilisateur dans le VIHF
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Se connecter avec un premier professionnel, montrer son numéro RPPS et déclencher une requête vers le DMP.
      Se déconnecter, puis faire de même avec un second professionnel.
      Capturer les deux requêtes envoyées au DMP.
      """
    Alors elle remet la preuve "DMP/AIRS.06.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "DMP/AIRS.06.01.02", un message SOAP avec son VIHF
    Et elle remet la preuve "DMP/AIRS.06.01.03", une vidéo ou des copies d'écran
    Et elle remet la preuve "DMP/AIRS.06.01.04", un message SOAP avec son VIHF
    Et les deux messages nomment deux professionnels

  @DMP/AIRS.07.01
  Scénario: Information de l'utilisateur sur l'usage de son identifiant
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Se connecter pour la première fois avec un professionnel, et montrer l'information sur l'emploi de son
        identifiant national.
      Cocher la case qui en prend acte.
      Se reconnecter, et montrer le rappel à l'écran d'accueil.
      """
    Alors elle remet la preuve "DMP/AIRS.07.01.01", une vidéo ou des copies d'écran
