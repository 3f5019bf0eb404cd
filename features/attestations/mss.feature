# language: fr
Fonctionnalité: La messagerie sécurisée de santé, reprise de la vague 1
  Envois manuels ou automatiques, forme des courriels, chiffrement de la connexion à l'opérateur.

  @HOP-PFI-Va2 @MSS/va1.03.01
  Scénario: Connexion TLS à l'opérateur MSSanté
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Ouvrir une connexion vers l'opérateur de messagerie.
      Relever la configuration du chiffrement et le journal de la connexion.
      """
    Alors elle remet la preuve "MSS/va1.03.01.01", un extrait de configuration
    Et elle remet la preuve "MSS/va1.03.01.02", un journal

  @HOP-PFI-Va2 @MSS/va1.04.01
  Scénario: Contrôle d'expiration du certificat opérateur
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Montrer comment le logiciel vérifie que le certificat de l'opérateur n'a pas expiré.
      """
    Alors elle remet la preuve "MSS/va1.04.01.01", un extrait de configuration
    Et elle remet la preuve "MSS/va1.04.01.02", un extrait de code

  @HOP-PFI-Va2 @MSS/va1.06.01
  Scénario: Certificat serveur IGC Santé
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un message à un opérateur dont le certificat est de l'IGC Santé.
      Relever la configuration des autorités de certification admises.
      """
    Alors elle remet la preuve "MSS/va1.06.01.01", un extrait de configuration

  @HOP-PFI-Va2 @MSS/va1.08.01
  Scénario: En-têtes d'une réponse
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Répondre à un courriel, et enregistrer la source de la réponse.
      """
    Alors elle remet la preuve "MSS/va1.08.01.01", un courriel
    Et ce courriel porte l'en-tête "Message-ID"
    Et ce courriel porte l'en-tête "In-Reply-To"
    Et ce courriel porte l'en-tête "References"

  @HOP-PFI-Va2 @MSS/va1.09.01
  Scénario: Courriel émis d'une BAL applicative
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un courriel automatique depuis une boîte applicative, et en enregistrer la source.
      Vérifier qu'il se dit généré automatiquement et indique une boîte de contact.
      """
    Alors elle remet la preuve "MSS/va1.09.01.01", un courriel
    Et ce courriel porte l'en-tête "Reply-To"

  @HOP-PFI-Va2 @MSS/va1.11.01
  Scénario: Content-Type du corps
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Préparer un message en HTML, l'envoyer et en enregistrer la source.
      """
    Alors elle remet la preuve "MSS/va1.11.01.01", un courriel
    Et ce courriel est écrit en texte, ou en texte puis en HTML

  @HOP-PFI-Va2 @MSS/va1.12.01
  Scénario: Message-ID des nouveaux courriels
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un premier courriel, et en enregistrer la source.
      """
    Alors elle remet la preuve "MSS/va1.12.01.01", un courriel
    Et ce courriel porte l'en-tête "Message-ID"

  @HOP-PFI-Va2 @MSS/va1.13.01
  Scénario: Mention « annule et remplace »
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Créer un document dans l'Espace de Test d'interopérabilité et le transmettre.
      Le modifier, et le transmettre de nouveau avec la mention qui annule et remplace.
      """
    Alors elle remet la preuve "MSS/va1.13.01.01", un lien permanent
    Et elle remet la preuve "MSS/va1.13.01.02", un document de santé
    Et elle remet la preuve "MSS/va1.13.01.03", un lien permanent

  @HOP-PFI-Va2 @MSS/va1.14.01
  Scénario: Trace de bonne réception
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un courriel, et afficher l'accusé de réception revenu.
      """
    Alors elle remet la preuve "MSS/va1.14.01.01", un journal

  @HOP-PFI-Va2 @MSS/va1.15.01
  Scénario: Demande d'accusé DSN
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un courriel en demandant un accusé de réception, et en enregistrer la source.
      """
    Alors elle remet la preuve "MSS/va1.15.01.01", un courriel
    Et ce courriel porte l'en-tête "Return-Receipt-To"

  @HOP-PFI-Va2 @MSS/va1.16.01
  Scénario: Libellé de l'expéditeur
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un courriel, et en enregistrer la source.
      """
    Alors elle remet la preuve "MSS/va1.16.01.01", un courriel
    Et ce courriel nomme son expéditeur par un intitulé

  @HOP-PFI-Va2 @MSS/va1.17.01
  Scénario: Envoi automatique au patient
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Produire un document dans une archive, et le faire valider par l'Espace de Test d'interopérabilité.
      L'envoyer automatiquement à un patient dont l'INS est qualifiée, avec sa copie PDF.
      """
    Alors elle remet la preuve "MSS/va1.17.01.01", un lien permanent
    Et elle remet la preuve "MSS/va1.17.01.02", un document de santé
    Et ce document se déclare PDF/A-1
    Et elle remet la preuve "MSS/va1.17.01.03", un courriel
    Et ce courriel contient une archive de documents et leur copie PDF
    Et ce courriel est adressé à la boîte d'un usager

  @HOP-PFI-Va2 @MSS/va1.18.01
  Scénario: Paramétrage de l'adresse retour
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Régler l'adresse de retour, distincte de la boîte applicative qui émet.
      """
    Alors elle remet la preuve "MSS/va1.18.01.01", une vidéo ou des copies d'écran

  @HOP-PFI-Va2 @MSS/va1.19.01
  Scénario: Un usager dont l'INS est qualifiée reçoit le message
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un message à un usager dont l'INS est qualifiée.
      """
    Alors elle remet la preuve "MSS/va1.19.01.01", un courriel
    Et ce courriel est adressé à la boîte d'un usager

  @HOP-PFI-Va2 @MSS/va1.19.02
  Scénario: Sans INS qualifiée, rien n'est envoyé à l'usager
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Tenter d'envoyer un message à un usager dont l'INS n'est pas qualifiée.
      Montrer que l'envoi est bloqué et que l'erreur est affichée.
      """
    Alors elle remet la preuve "MSS/va1.19.02.01", une copie d'écran

  @HOP-PFI-Va2 @MSS/va1.31.01
  Scénario: TLS 1.2 uniquement
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Ouvrir une connexion vers l'opérateur de messagerie, en TLS 1.2 ou plus récent.
      Relever la configuration du chiffrement et le journal de la connexion.
      """
    Alors elle remet la preuve "MSS/va1.31.01.01", un extrait de configuration
    Et elle remet la preuve "MSS/va1.31.01.02", un journal
