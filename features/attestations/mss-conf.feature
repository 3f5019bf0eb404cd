# language: fr
Fonctionnalité: La messagerie sécurisée de santé suit le référentiel des clients
  Connexion à l'opérateur, en-têtes des courriels, traces: ce qui se vérifie sur l'outil de tests, sur la source d'un
  courriel ou dans les journaux.

  @HOP-PFI-Va2 @MSS/CONF.01.01
  Scénario: API LPS en TLS 1.2 au moins
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.01.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.02.01
  Scénario: TLS plus récent
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Ouvrir une connexion vers l'opérateur de messagerie dans une version de TLS postérieure à la 1.2.
      Relever la configuration et le journal de la connexion.
      """
    Alors elle remet la preuve "MSS/CONF.02.01.01", un extrait de configuration
    Et elle remet la preuve "MSS/CONF.02.01.02", un journal

  @HOP-PFI-Va2 @MSS/CONF.03.01
  Scénario: Suites de chiffrement autorisées
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.03.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.05.01
  Scénario: Émission SMTP avec STARTTLS
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.05.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.06.01
  Scénario: Consultation IMAP4 avec STARTTLS
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.06.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.12.01
  Scénario: Connexion d'une BAL applicative
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas des boîtes applicatives (MSS-LPS-SEGUR-APP) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.12.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.14.01
  Scénario: En-tête X-MSS-INS
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.14.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.15.01
  Scénario: En-tête X-MSS-CODECDA
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Envoyer un courriel qui contient une archive de documents, et en enregistrer la source.
      """
    Alors elle remet la preuve "MSS/CONF.15.01.01", un numéro d'exécution
    Et elle remet la preuve "MSS/CONF.15.01.02", un courriel
    Et ce courriel porte l'en-tête "X-MSS-CODECDA"
    Et elle remet la preuve "MSS/CONF.15.01.03", un document de santé

  @HOP-PFI-Va2 @MSS/CONF.16.01
  Scénario: En-tête X-MSS-NIL
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Exécuter le cas général (MSS-LPS-SEGUR-GEN) dans l'outil de tests éditeurs MSSanté.
      Relever le numéro de l'exécution.
      """
    Alors elle remet la preuve "MSS/CONF.16.01.01", un numéro d'exécution

  @HOP-PFI-Va2 @MSS/CONF.17.01
  Scénario: Traces fonctionnelles MSSanté
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un message, et afficher sa trace.
      """
    Alors elle remet la preuve "MSS/CONF.17.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/CONF.17.01.02", un journal

  @HOP-PFI-Va2 @MSS/CONF.18.01
  Scénario: Contenu d'une trace MSSanté
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un message et afficher sa trace: auteur, date et heure, action, demande et réponse du serveur.
      """
    Alors elle remet la preuve "MSS/CONF.18.01.01", une vidéo ou des copies d'écran

  @HOP-PFI-Va2 @MSS/CONF.21.01
  Scénario: Clôture des échanges avec un patient (X-MSS-MES)
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Écrire à un usager en indiquant qu'aucune réponse n'est souhaitée.
      Envoyer le message, et en enregistrer la source.
      """
    Alors elle remet la preuve "MSS/CONF.21.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/CONF.21.01.02", un courriel
    Et ce courriel porte "FIN" dans l'en-tête "X-MSS-MES"

  @HOP-PFI-Va2 @MSS/CONF.22.01
  Scénario: Conservation de la dernière CRL valide
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Montrer que la dernière liste de révocation valide est conservée, puis réemployée quand la nouvelle
        manque.
      """
    Alors elle remet la preuve "MSS/CONF.22.01.01", un extrait de code

  @HOP-PFI-Va2 @MSS/CONF.23.01
  Scénario: Structure d'un courriel porteur de documents
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer les documents d'un seul usager, et enregistrer la source du courriel.
      """
    Alors elle remet la preuve "MSS/CONF.23.01.01", un courriel
    Et ce courriel contient une archive de documents et leur copie PDF
    Et elle remet la preuve "MSS/CONF.23.01.02", une vidéo ou des copies d'écran

  @HOP-PFI-Va2 @MSS/CONF.24.01
  Scénario: Identification de l'usager par METADATA.XML
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Recevoir un courriel qui contient une archive de documents.
      Montrer que l'usager est identifié par les métadonnées de l'archive.
      """
    Alors elle remet la preuve "MSS/CONF.24.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "MSS/CONF.24.01.02", une vidéo ou des copies d'écran

  @HOP-PFI-Va2 @MSS/CONF.25.01
  Scénario: Objet du courriel XDM
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Recevoir un courriel qui transmet des documents, et afficher son objet.
      """
    Alors elle remet la preuve "MSS/CONF.25.01.01", une copie d'écran
    Et elle remet la preuve "MSS/CONF.25.01.02", un courriel
    Et ce courriel annonce des documents dans son objet
