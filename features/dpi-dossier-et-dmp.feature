# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le dossier ouvert montre sans clic l'état du DMP
  Le statut de l'identité, l'état du DMP, les nouveaux documents de tiers et le devenir des documents déjà intégrés se
  lisent dès l'ouverture du dossier, qui n'attend pas le DMP pour s'ouvrir.

  Contexte:
    Étant donné le docteur "Thierry DIAZ" connecté au DPI
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et que le référentiel d'identités annonce que la patiente consent à la consultation du DMP

  @DMP/UX.11.01
  Scénario: Une identité qualifiée se voit
    Alors le dossier montre sans clic une identité validée

  @DMP/UX.11.01
  Scénario: Une identité provisoire se voit, et le DMP n'est pas interrogé
    Quand le référentiel d'identités supprime l'INS de la patiente
    Alors le dossier montre sans clic une identité provisoire
    Et le DMP n'est pas appelé

  @DMP/UX.12.01
  Plan du scénario: L'état du DMP se voit
    Étant donné que le DMP de la patiente est <état>
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier montre sans clic que le DMP est <affichage>

    Exemples:
      | état                  | affichage             |
      | ouvert à ce docteur   | ouvert et autorisé    |
      | interdit à ce docteur | ouvert et non autorisé |
      | fermé                 | fermé                 |
      | inexistant            | inexistant            |

  @DMP/UX.12.01
  Scénario: Un DMP qui ne répond pas n'est pas montré comme inexistant
    Étant donné que le DMP est indisponible
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier dit que le DMP ne répond pas

  @DMP/UX.10.01
  Scénario: Le dossier s'ouvre pendant que le DMP tarde
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Quand l'utilisateur ouvre le dossier pendant que le DMP tarde à répondre
    Alors le dossier s'ouvre sans attendre le DMP

  @DMP/UX.15.01
  Scénario: Les documents de tiers versés depuis la dernière venue sont comptés par type
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison versée il y a longtemps
    Et que la patiente est déjà venue, et son dossier a alors été ouvert
    Et qu'un tiers verse au DMP une lettre de liaison d'un confrère
    Et qu'un tiers verse au DMP un compte rendu d'imagerie d'un confrère
    Quand la patiente revient et l'utilisateur ouvre son dossier
    Alors le dossier montre sans clic une lettre de liaison et un compte rendu d'imagerie de plus
    Et le rapport signale le désaccord des textes sur les recherches sans demande de l'utilisateur

  @DMP/UX.15.01
  Scénario: Les documents que l'établissement a versés lui-même ne sont pas comptés
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que la patiente est déjà venue, et son dossier a alors été ouvert
    Et que le DMP contient une lettre de liaison de l'établissement
    Quand la patiente revient et l'utilisateur ouvre son dossier
    Alors le dossier ne compte pas les documents de l'établissement

  @DMP/UX.15.02
  Scénario: L'absence de nouveau document se voit
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison versée il y a longtemps
    Et que la patiente est déjà venue, et son dossier a alors été ouvert
    Quand la patiente revient et l'utilisateur ouvre son dossier
    Alors le dossier montre sans clic qu'il n'y a pas de nouveau document

  @DMP/UX.17.01
  Scénario: Un type choisi pour l'établissement est compté à part
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient un compte rendu de consultation d'un confrère
    Et que le DMP contient un document d'un type inconnu
    Quand l'administrateur règle le compte des documents de consultation pour tout l'établissement
    Et l'utilisateur ouvre le dossier de la patiente
    Alors le dossier compte à part un document de consultation, sur deux nouveaux

  @DMP/UX.17.01
  Scénario: Un type choisi pour un service l'emporte sur celui de l'établissement
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que la patiente est admise
    Et que le DMP contient un compte rendu de consultation d'un confrère
    Et que le DMP contient un document d'un type inconnu
    Quand l'administrateur règle le compte des documents de biologie pour tout l'établissement
    Et l'administrateur règle le compte des documents de consultation pour le service de la patiente
    Et l'utilisateur ouvre le dossier de la patiente
    Alors le dossier compte à part un document de consultation, sur deux nouveaux

  @SEED.DMP.CONSULT.8.01
  Scénario: La date de la dernière alimentation du DMP se voit
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison d'un confrère
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier montre sans clic la date de la dernière alimentation du DMP

  @CDA/DD.05.01
  Scénario: Une version plus récente d'un document intégré est signalée
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et qu'un tiers verse au DMP une version plus récente de ce document
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier signale sans clic que ce document du DMP y a été remplacé par une version plus récente
    Et il désigne la version plus récente

  @CDA/DD.05.01
  Scénario: La suppression d'un document intégré est signalée
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et qu'un tiers supprime ce document du DMP
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier signale sans clic que ce document du DMP y a été supprimé

  @CDA/DD.05.01
  Scénario: Un document supprimé du DMP reste au dossier tant que l'utilisateur ne le retire pas
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et qu'un tiers supprime ce document du DMP
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier garde ce document

  @CDA/DD.05.01
  Scénario: L'utilisateur retire du dossier un document supprimé du DMP
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et qu'un tiers supprime ce document du DMP
    Quand l'utilisateur retire ce document du dossier
    Alors le dossier ne montre plus ce document du DMP
    Et le dossier ne signale plus ce document
    Et le DPI ne demande aucun envoi à la PFI, le document n'étant pas le sien

  @CDA/DD.05.01
  Scénario: Le retrait d'un document supprimé du DMP laisse les autres au dossier
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient un compte rendu de consultation d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et qu'un tiers supprime ce document du DMP
    Quand l'utilisateur retire ce document du dossier
    Alors le dossier ne montre plus ce document, et garde les autres documents du DMP

  @CDA/DD.05.01
  Scénario: La version plus récente s'intègre sans effacer l'ancienne
    Étant donné que le DMP de la patiente est ouvert à ce docteur
    Et que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Et qu'un tiers verse au DMP une version plus récente de ce document
    Quand l'utilisateur intègre au dossier ce document du DMP
    Alors le dossier garde les deux versions, la plus récente étant la version courante
