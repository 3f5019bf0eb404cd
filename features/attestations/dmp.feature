# language: fr
Fonctionnalité: L'alimentation du DMP, reprise de la vague 1
  Les documents partent au DMP par la PFI, à la demande de l'utilisateur ou d'eux-mêmes, avec le masquage voulu.

  @HOP-PFI-Va2 @DMP/va1.08.01
  Scénario: Conformité au profil alimentation du DMP
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Demander au CNDA l'homologation du profil alimentation du DMP.
      Joindre l'autorisation obtenue.
      """
    Alors elle remet la preuve "DMP/va1.08.01.01", un justificatif du CNDA
