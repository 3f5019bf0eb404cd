# language: fr
Fonctionnalité: La messagerie sécurisée de santé, reprise de la vague 1
  Envois manuels ou automatiques, forme des courriels, chiffrement de la connexion à l'opérateur.

  @HOP-PFI-Va2 @MSS/va1.14.01
  Scénario: Trace de bonne réception
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer un courriel, et afficher l'accusé de réception revenu.
      """
    Alors elle remet la preuve "MSS/va1.14.01.01", un journal
