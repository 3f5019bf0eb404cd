# language: fr
Fonctionnalité: La messagerie sécurisée de santé suit le référentiel des clients
  Connexion à l'opérateur, en-têtes des courriels, traces: ce qui se vérifie sur l'outil de tests, sur la source d'un
  courriel ou dans les journaux.

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
