# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI emploie une base de médicaments conforme
  L'éditeur déclare la base de médicaments distribuée avec le logiciel.

  @RUM.01.01
  Scénario: Référentiel unique du médicament
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Déclarer la base de médicaments employée, et dire si elle est agréée par la HAS.
      """
    Alors elle remet la preuve "RUM.01.01.01", une attestation signée
    Et elle remet la preuve "RUM.01.01.02", une attestation signée
