# language: fr
Fonctionnalité: Le DMP est employé selon son guide d'intégration
  Supprimer un document du DMP: ce que le guide d'intégration impose et qu'une personne montre.

  @HOP-DPI-Va2 @DMP/CONF.03.01
  Scénario: Suppression d'un document dans le DMP
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir la documentation du logiciel à la procédure de suppression d'un document du DMP.
      Montrer les étapes qu'elle décrit.
      """
    Alors elle remet la preuve "DMP/CONF.03.01.01", une vidéo
    Et elle remet la preuve "DMP/CONF.03.01.02", un document
