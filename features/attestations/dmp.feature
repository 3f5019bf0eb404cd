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

  @HOP-PFI-Va2 @DMP/va1.01.01
  Scénario: Alimentation systématique du DMP par défaut
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer une lettre de liaison à la PFI.
      Montrer que la PFI en alimente le DMP d'elle-même, puis afficher le document dans le DMP de formation.
      """
    Alors elle remet la preuve "DMP/va1.01.01.01", une vidéo
    Et elle remet la preuve "DMP/va1.01.01.02", une copie d'écran
