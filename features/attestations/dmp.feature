# language: fr
Fonctionnalité: L'alimentation du DMP, reprise de la vague 1
  Les documents partent au DMP par la PFI, à la demande de l'utilisateur ou d'eux-mêmes, avec le masquage voulu.

  @HOP-DPI-Va2 @DMP/va1.03.01
  Scénario: Alimentation manuelle du DMP via la PFI
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Créer une lettre de liaison à la sortie.
      Déclencher soi-même l'envoi au DMP, et montrer le flux qui part vers la PFI.
      """
    Alors elle remet la preuve "DMP/va1.03.01.01", une vidéo

  @HOP-DPI-Va2 @DMP/va1.04.01
  Scénario: Paramétrage du masquage et de la visibilité
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler, pour un document, le masquage aux professionnels de santé.
      Régler sa visibilité au patient et à ses représentants légaux.
      """
    Alors elle remet la preuve "DMP/va1.04.01.01", une vidéo
    Et elle remet la preuve "DMP/va1.04.01.02", une vidéo

  @HOP-DPI-Va2 @DMP/va1.05.01
  Scénario: Alimentation automatique du DMP via la PFI
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Créer puis valider une lettre de liaison à la sortie.
      Montrer le flux qui part vers la PFI sans autre geste.
      """
    Alors elle remet la preuve "DMP/va1.05.01.01", une vidéo

  @HOP-PFI-Va2 @DMP/va1.08.01
  Scénario: Conformité au profil alimentation du DMP
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Demander au CNDA l'homologation du profil alimentation du DMP.
      Joindre l'autorisation obtenue.
      """
    Alors elle remet la preuve "DMP/va1.08.01.01", un justificatif du CNDA
