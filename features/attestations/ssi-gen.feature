# language: fr
@HOP-DPI-Va2 @HOP-PFI-Va2
Fonctionnalité: L'éditeur sécurise son produit
  Organisation, développement, hébergement, test d'intrusion: ce que l'éditeur atteste ou documente.

  @SSI/GEN.01.01
  Scénario: Responsables de la sécurité désignés
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester que les responsables de la sécurité du produit sont désignés.
      """
    Alors elle remet la preuve "SSI/GEN.01.01.01", une attestation signée

  @SSI/GEN.02.01
  Scénario: Sensibilisation des équipes
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre la politique de sécurité, à la partie qui décrit la sensibilisation des équipes.
      Si le produit traite des données personnelles, joindre ce qui dit les obligations légales ; sinon,
        l'attester.
      """
    Alors elle remet la preuve "SSI/GEN.02.01.01", un document
    Et elle remet la preuve "SSI/GEN.02.01.02", un document

  @SSI/GEN.03.01
  Scénario: Plan d'assurance sécurité de l'hébergement
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre le plan d'assurance sécurité qui lie l'hébergeur et la structure utilisatrice.
      """
    Alors elle remet la preuve "SSI/GEN.03.01.01", un document

  @SSI/GEN.05.01
  Scénario: Anonymisation hors production
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester qu'un outil anonymise les données hors de la production, ou génère des jeux de test.
      """
    Alors elle remet la preuve "SSI/GEN.05.01.01", une attestation signée

  @SSI/GEN.06.01
  Scénario: Certification HDS
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Réunir le tableau des activités et les certificats de chaque hébergeur, ou attester qu'il n'y a pas
        d'hébergement.
      """
    Alors elle remet la preuve "SSI/GEN.06.01.01", des certificats d'hébergement

  @SSI/GEN.07.01
  Scénario: Durcissement des composants
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Faire remplir et signer le formulaire de test d'intrusion par un prestataire qualifié PASSI.
      Joindre le formulaire déposé pour cette exigence.
      """
    Alors elle remet la preuve "SSI/GEN.07.01.01", un formulaire de test d'intrusion

  @SSI/GEN.08.01
  Scénario: Analyse antivirale des imports
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Faire remplir et signer le formulaire de test d'intrusion par un prestataire qualifié PASSI.
      Joindre le formulaire déposé pour cette exigence.
      """
    Alors elle remet la preuve "SSI/GEN.08.01.01", un formulaire de test d'intrusion

  @SSI/GEN.09.01
  Scénario: Filtrage réseau de l'hébergement
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre la matrice des flux de l'hébergement et de leur filtrage.
      """
    Alors elle remet la preuve "SSI/GEN.09.01.01", un document

  @SSI/GEN.10.01
  Scénario: Filtrage et rupture des flux applicatifs
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre la matrice des flux applicatifs, avec ce qui les filtre et ce qui les rompt.
      """
    Alors elle remet la preuve "SSI/GEN.10.01.01", un document

  @SSI/GEN.11.01
  Scénario: Développement sécurisé
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester qu'un guide de développement sécurisé est défini et suivi.
      """
    Alors elle remet la preuve "SSI/GEN.11.01.01", une attestation signée

  @SSI/GEN.12.01
  Scénario: Protection des flux sensibles
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre le formulaire de test d'intrusion signé.
      Joindre la documentation de la sécurisation des échanges.
      """
    Alors elle remet la preuve "SSI/GEN.12.01.01", un formulaire de test d'intrusion
    Et elle remet la preuve "SSI/GEN.12.01.02", un document

  @SSI/GEN.13.01
  Scénario: Algorithmes conformes RGS/ANSSI
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Faire remplir et signer le formulaire de test d'intrusion par un prestataire qualifié PASSI.
      Joindre le formulaire déposé pour cette exigence.
      """
    Alors elle remet la preuve "SSI/GEN.13.01.01", un formulaire de test d'intrusion

  @SSI/GEN.14.01
  Scénario: Gestion des secrets
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester que la gestion des secrets suit l'annexe B2 du RGS.
      """
    Alors elle remet la preuve "SSI/GEN.14.01.01", une attestation signée

  @SSI/GEN.15.01
  Scénario: Wi-Fi des équipements mobiles
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester que le Wi-Fi des équipements suit le guide de la PGSSI-S.
      """
    Alors elle remet la preuve "SSI/GEN.15.01.01", une attestation signée

  @SSI/GEN.16.01
  Scénario: Séparation des droits
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Faire remplir et signer le formulaire de test d'intrusion par un prestataire qualifié PASSI.
      Joindre le formulaire déposé pour cette exigence.
      """
    Alors elle remet la preuve "SSI/GEN.16.01.01", un formulaire de test d'intrusion

  @SSI/GEN.17.01
  Scénario: Comptes génériques
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Faire remplir et signer le formulaire de test d'intrusion par un prestataire qualifié PASSI.
      Joindre le formulaire déposé pour cette exigence.
      """
    Alors elle remet la preuve "SSI/GEN.17.01.01", un formulaire de test d'intrusion

  @SSI/GEN.18.01
  Scénario: Recherche de vulnérabilités et test d'intrusion
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre le formulaire de test d'intrusion signé.
      Joindre la procédure qui recherche et corrige les vulnérabilités.
      """
    Alors elle remet la preuve "SSI/GEN.18.01.01", un formulaire de test d'intrusion
    Et elle remet la preuve "SSI/GEN.18.01.02", un document

  @SSI/GEN.19.01
  Scénario: Gestion des incidents
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester qu'une procédure de gestion des incidents est appliquée, et qu'une fiche est tenue pour chacun.
      """
    Alors elle remet la preuve "SSI/GEN.19.01.01", une attestation signée
    Et elle remet la preuve "SSI/GEN.19.01.02", une attestation signée

  @SSI/GEN.20.01
  Scénario: Veille et correctifs
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Attester qu'une veille sur les vulnérabilités est tenue, et que les correctifs sont appliqués ou
        distribués.
      """
    Alors elle remet la preuve "SSI/GEN.20.01.01", une attestation signée
    Et elle remet la preuve "SSI/GEN.20.01.02", une attestation signée

  @SSI/GEN.21.01
  Scénario: Sauvegardes
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre la procédure de sauvegarde.
      """
    Alors elle remet la preuve "SSI/GEN.21.01.01", un document

  @SSI/GEN.22.01
  Scénario: Télémaintenance et téléassistance
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Joindre le dossier d'architecture de la télémaintenance, ou attester qu'il n'y en a pas.
      """
    Alors elle remet la preuve "SSI/GEN.22.01.01", un document
