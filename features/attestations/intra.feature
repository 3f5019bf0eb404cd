# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI relaie les documents des plateaux techniques
  Les comptes rendus d'imagerie et de biologie arrivent à la PFI, qui les transmet au DMP et par MSSanté.

  @INTRA/va1.01.01
  Scénario: Flux imagerie ORU/MDM vers la PFI
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer à la PFI les deux messages d'imagerie donnés en exemple par le référentiel.
      Relever pour chacun la trace d'intégration et la soumission au DMP.
      """
    Alors elle remet la preuve "INTRA/va1.01.01.01", un message HL7v2
    Et elle remet la preuve "INTRA/va1.01.01.02", un message HL7v2
    Et elle remet la preuve "INTRA/va1.01.01.03", une archive de documents
    Et elle remet la preuve "INTRA/va1.01.01.04", un document de santé
    Et ce document se déclare PDF/A-1

  @INTRA/va1.02.01
  Scénario: Flux biologie ORU/OUL vers la PFI
    Étant donné une personne habilitée devant la PFI
    Quand elle suit la consigne:
      """
      Envoyer à la PFI les quatre messages de biologie donnés en exemple par le référentiel.
      Relever pour chacun la trace d'intégration et la soumission au DMP.
      """
    Alors elle remet la preuve "INTRA/va1.02.01.01", un message HL7v2
    Et elle remet la preuve "INTRA/va1.02.01.02", un message HL7v2
    Et elle remet la preuve "INTRA/va1.02.01.03", un message HL7v2
    Et elle remet la preuve "INTRA/va1.02.01.04", un message HL7v2
    Et elle remet la preuve "INTRA/va1.02.01.05", une archive de documents
    Et elle remet la preuve "INTRA/va1.02.01.06", un document de santé
    Et ce document se déclare PDF/A-1
