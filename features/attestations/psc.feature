# language: fr
Fonctionnalité: Les professionnels se connectent par Pro Santé Connect
  Un mode de connexion au moins est offert. La vidéo est en plein écran, navigateur entier, adresse et heure visibles.

  @HOP-DPI-Va2 @HOP-PFI-Va2 @PSC.01.01
  Scénario: Pro Santé Connect dans un navigateur
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Accepter les conditions d'utilisation, puis se connecter par Pro Santé Connect dans un navigateur.
      Se déconnecter, puis se connecter de nouveau.
      Les exigences PSC 01, 03 à 05, 08 à 10, 14, 15, 20 et 28 à 31 doivent se voir.
      """
    Alors elle remet la preuve "PSC.01.01.01", une vidéo

  @HOP-DPI-Va2 @HOP-PFI-Va2 @PSC.01.02
  Scénario: Pro Santé Connect dans un client lourd, par le navigateur du poste
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Dérouler le même parcours depuis un client lourd, par le navigateur du poste.
      Les exigences PSC 25 et 26 doivent se voir aussi.
      """
    Alors elle remet la preuve "PSC.01.02.01", une vidéo

  @HOP-DPI-Va2 @HOP-PFI-Va2 @PSC.01.03
  Scénario: Pro Santé Connect dans un client lourd, par le téléphone du professionnel
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Dérouler le même parcours depuis un client lourd, en confirmant l'identité sur le téléphone (CIBA).
      Les exigences PSC 25 et 26 doivent se voir aussi.
      """
    Alors elle remet la preuve "PSC.01.03.01", une vidéo

  @HOP-DPI-Va2 @HOP-PFI-Va2 @PSC.01.04
  Scénario: Pro Santé Connect dans un client lourd, par un navigateur intégré
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Dérouler le même parcours depuis un client lourd, par son navigateur intégré.
      Décrire comment ce navigateur est tenu à jour chez les clients.
      """
    Alors elle remet la preuve "PSC.01.04.01", un document
    Et elle remet la preuve "PSC.01.04.02", un document
    Et elle remet la preuve "PSC.01.04.03", un document
    Et elle remet la preuve "PSC.01.04.04", un document
    Et elle remet la preuve "PSC.01.04.05", une vidéo

  @HOP-DPI-Va2 @HOP-PFI-Va2 @PSC.02.01
  Scénario: Rapprochement de comptes
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Rapprocher les comptes d'un professionnel sur son numéro RPPS.
      Se connecter par Pro Santé Connect, puis par l'autre moyen, et retrouver le même compte.
      """
    Alors elle remet la preuve "PSC.02.01.01", une vidéo ou des copies d'écran

  @HOP-DPI-Va2 @PSC.08.01
  Scénario: acr_values = eidas1
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      S'engager par écrit sur la valeur « eidas1 » du paramètre acr_values.
      """
    Alors elle remet la preuve "PSC.08.01.01", une attestation signée
