# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI supprime, masque ou rend visible un document du DMP
  Ces actions se confirment, portent sur tout ce dont le document est fait, et ne partent qu'une fois confirmées. Le DMP
  s'ouvre aussi par ses propres pages.

  Contexte:
    Étant donné le docteur "Thierry DIAZ" connecté au DPI
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à ce docteur

  @DMP/CONF.03.01
  Scénario: Un document envoyé à tort est supprimé du DMP
    Étant donné que le DMP contient une lettre de liaison écrite par ce docteur
    Quand l'utilisateur demande de supprimer ce document du DMP
    Alors le DMP a accepté de supprimer ce document
    Et chaque appel au DMP est conforme aux règles du DMP

  @DMP/CONF.03.01
  Scénario: Une suppression qui n'est pas confirmée ne part pas
    Étant donné que le DMP contient une lettre de liaison écrite par ce docteur
    Quand l'utilisateur demande de supprimer ce document du DMP, puis renonce
    Alors le DPI demande confirmation, et le DMP ne reçoit aucune demande de changement

  @DMP/CONF.03.01
  Scénario: La suppression que le DMP refuse n'est pas dite faite
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Quand l'utilisateur demande de supprimer ce document du DMP
    Alors le DPI dit que le DMP a refusé

  @SEED.DMP.CONSULT.9.01
  Scénario: Un document que la patiente ne voyait pas lui devient visible
    Étant donné que le DMP contient une lettre de liaison non visible par la patiente, écrite par ce docteur
    Quand l'utilisateur demande de rendre visible par la patiente ce document du DMP
    Alors le DMP a accepté de rendre visible par la patiente ce document
    Et chaque appel au DMP est conforme aux règles du DMP

  @SEED.CDA.N1N3.11.01
  Scénario: L'action se demande à partir du document non structuré du couple
    Étant donné que le DMP contient une lettre de liaison écrite par ce docteur
    Et que le DMP contient la version structurée de cette lettre
    Quand l'utilisateur demande de masquer ce document du DMP
    Alors le DPI renvoie l'utilisateur au document non structuré du couple

  @SEED.CDA.N1N3.12.01
  Scénario: L'utilisateur apprend que les deux documents du couple sont masqués
    Étant donné que le DMP contient une lettre de liaison écrite par ce docteur
    Et que le DMP contient la version structurée de cette lettre
    Quand l'utilisateur demande de masquer la lettre du couple
    Alors l'utilisateur apprend que les deux documents ont changé

  @SEED.CDA.N1N3.12.01
  Scénario: Un masquage qui n'est pas confirmé ne part pas
    Étant donné que le DMP contient une lettre de liaison écrite par ce docteur
    Quand l'utilisateur demande de masquer ce document du DMP, puis renonce
    Alors le DPI demande confirmation, et le DMP ne reçoit aucune demande de changement

  @SEED.CDA.N1N3.13.01
  Scénario: Supprimer la lettre du couple supprime aussi sa version structurée
    Étant donné que le DMP contient une lettre de liaison écrite par ce docteur
    Et que le DMP contient la version structurée de cette lettre
    Quand l'utilisateur demande de supprimer la lettre du couple
    Alors le DMP a accepté de supprimer les deux documents du couple

  @DMP/UX.49.01
  Scénario: L'appel contextuel ouvre le tableau de bord
    Quand l'utilisateur ouvre par appel contextuel le tableau de bord
    Alors l'adresse ouverte est celle du tableau de bord, pour la patiente

  @DMP/UX.49.01
  Scénario: L'appel contextuel ouvre le dossier du patient
    Quand l'utilisateur ouvre par appel contextuel le dossier du patient
    Alors l'adresse ouverte est celle du dossier du patient, pour la patiente
