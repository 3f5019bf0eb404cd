# language: fr
@HOP-DPI-Va2 @HOP-PFI-Va2
Fonctionnalité: Le tableau de bord compte les envois
  Les envois au DMP et par MSSanté sont comptés par établissement, par canal, par type de document et par résultat.

  @TBB/va1.01.01
  Scénario: Tableau de bord des services socles
    Étant donné une personne habilitée devant le logiciel
    Quand elle suit la consigne:
      """
      Produire dix documents par mois, sur deux ans, pour un même établissement.
      Les envoyer au DMP et par MSSanté.
      Relever le tableau de bord et les extractions qui les comptent.
      """
    Alors elle remet la preuve "TBB/va1.01.01.01", un document
    Et elle remet la preuve "TBB/va1.01.01.02", un tableau de bord
    Et elle remet la preuve "TBB/va1.01.01.03", un tableau de bord
