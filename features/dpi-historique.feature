# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI alimente le DMP des documents du passé
  Les documents d'épisodes de soins anciens partent un à un ou par lots, avec la date de l'acte et leurs auteurs. Les
  patients décédés, opposés ou sans INS qualifiée sont écartés, le débit est tenu, et le DPI compte ce qu'il a repris.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" déjà transmis au DMP

  @DMP/HISTO.03.01
  Scénario: Un document ancien porte la date de l'acte, et celle de sa création à part
    Étant donné un "compte rendu opératoire" d'un acte d'il y a deux ans
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale
    Et le document qu'il contient est daté de l'acte, et créé aujourd'hui

  @DMP/HISTO.04.01
  Scénario: L'établissement est auteur à côté de celui qui n'est plus au répertoire
    Étant donné un "compte rendu opératoire" ancien, dont l'auteur n'est plus au répertoire
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale
    Et son auteur d'origine et l'établissement en sont les auteurs

  @DMP/HISTO.05.01
  Scénario: L'utilisateur envoie un document d'un épisode antérieur
    Étant donné un "compte rendu opératoire" d'un acte d'il y a deux ans
    Et que la patiente est admise
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message porte le document produit
    Et ce message demande l'alimentation du DMP

  @SEED.DMP.ALIM.2.01
  Scénario: Un document d'un épisode antérieur ne part pas sans INS qualifiée
    Étant donné la patiente "Ruth NESSI" connue du DPI sans INS
    Et un "compte rendu opératoire" d'un acte d'il y a deux ans
    Quand l'utilisateur tente de transmettre le document au DMP
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP

  @DMP/HISTO.06.01
  Plan du scénario: La reprise écarte les patients qui ne peuvent pas être alimentés
    Étant donné une reprise d'historique réglée sur les comptes rendus opératoires
    Et un "compte rendu opératoire" d'un acte d'il y a deux ans
    Et que <situation>
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise n'envoie rien de cette patiente

    Exemples:
      | situation                                                                       |
      | le référentiel d'identités annonce le décès de la patiente                      |
      | le référentiel d'identités supprime l'INS de la patiente                        |
      | l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP       |

  @DMP/HISTO.06.01
  Scénario: La reprise n'envoie pas ce qui est déjà dans le DMP
    Étant donné une reprise d'historique réglée sur les comptes rendus opératoires
    Et un "compte rendu opératoire" d'un acte d'il y a deux ans
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a accepté le document
    Et l'utilisateur lance la reprise d'historique
    Alors la reprise n'envoie rien de cette patiente

  @DMP/HISTO.06.01
  Scénario: La reprise laisse les documents de l'épisode en cours
    Étant donné une reprise d'historique réglée sur les comptes rendus opératoires
    Et que la patiente est admise
    Et un "compte rendu opératoire" de l'épisode en cours
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise n'envoie rien de cette patiente

  @DMP/HISTO.06.02
  Scénario: Un type de l'établissement part sous le type du DMP qui lui correspond
    Étant donné une reprise d'historique réglée sur un type de l'établissement, qui vaut compte rendu opératoire
    Et un "lettre de liaison à la sortie" ancien, du type de l'établissement
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise envoie ce document
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est un "compte rendu opératoire" non structuré

  @DMP/HISTO.06.02
  Scénario: Un type qui n'est pas retenu ne part pas
    Étant donné une reprise d'historique réglée sur un type de l'établissement, qui vaut compte rendu opératoire
    Et un "lettre de liaison à la sortie" ancien, d'un autre type de l'établissement
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise n'envoie pas ce document

  @DMP/HISTO.06.02
  Scénario: Un acte trop ancien n'est pas repris, même si le document est récent
    Étant donné une reprise d'historique réglée sur les comptes rendus opératoires, cinq ans en arrière
    Et un "compte rendu opératoire" d'un acte d'il y a six ans
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise n'envoie pas ce document

  @DMP/HISTO.06.02
  Scénario: La reprise d'une unité laisse les documents des autres
    Étant donné une reprise d'historique réglée sur les comptes rendus opératoires d'une unité
    Et un "compte rendu opératoire" d'un acte d'il y a deux ans
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise n'envoie pas ce document

  @DMP/HISTO.06.03
  Scénario: Le débit de la reprise est tenu, tous patients confondus
    Étant donné la patiente "Ruth NESSI" connue du DPI avec son INS
    Et une reprise d'historique réglée à quatre envois par seconde
    Et trois "compte rendu opératoire" d'actes anciens au dossier de "Dominique PAT-TROIS"
    Et trois "compte rendu opératoire" d'actes anciens au dossier de "Ruth NESSI"
    Quand l'utilisateur lance la reprise pour "Dominique PAT-TROIS" et "Ruth NESSI"
    Alors la PFI reçoit six documents, à quatre par seconde au plus

  @DMP/HISTO.06.04
  Scénario: La reprise envoie ce qui est retenu et dit ce qu'elle écarte
    Étant donné la patiente "Ruth NESSI" connue du DPI sans INS
    Et une reprise d'historique réglée sur les comptes rendus opératoires
    Et deux "compte rendu opératoire" d'actes anciens au dossier de "Dominique PAT-TROIS"
    Et deux "compte rendu opératoire" d'actes anciens au dossier de "Ruth NESSI"
    Quand l'utilisateur lance la reprise pour "Dominique PAT-TROIS" et "Ruth NESSI"
    Alors les deux documents partent vers le DMP, chacun une fois
    Et le compte rendu de la reprise dit ce qui est écarté, et pourquoi

  @DMP/HISTO.08.01
  Scénario: La reprise part à l'admission du patient
    Étant donné une reprise d'historique réglée à chaque admission
    Et un "compte rendu opératoire" d'un acte d'il y a deux ans
    Quand la patiente est admise
    Alors la reprise part d'elle-même et envoie ce document

  @DMP/HISTO.08.01
  Scénario: Le rattrapage reprend aussi les patients qui ne viennent pas
    Étant donné un "compte rendu opératoire" d'un acte d'il y a deux ans
    Quand l'administrateur règle la reprise pour tous les patients, même absents
    Alors la reprise part d'elle-même et envoie ce document

  @DMP/HISTO.08.01
  Scénario: Le débit de la reprise se règle
    Étant donné une reprise d'historique réglée à deux envois par seconde
    Et quatre "compte rendu opératoire" d'actes anciens au dossier de "Dominique PAT-TROIS"
    Quand l'utilisateur lance la reprise d'historique
    Alors la PFI reçoit quatre documents, à deux par seconde au plus

  @SEED.DMP.HISTO.2.01
  Scénario: L'antériorité de la reprise peut aller jusqu'à vingt ans
    Étant donné une reprise d'historique réglée sur les comptes rendus opératoires, vingt ans en arrière
    Et un "compte rendu opératoire" d'un acte d'il y a six ans
    Quand l'utilisateur lance la reprise d'historique
    Alors la reprise envoie ce document

  @SEED.DMP.HISTO.3.01
  Scénario: La reprise part à l'occasion d'une venue, quand le patient sort
    Étant donné une reprise d'historique réglée à chaque sortie
    Et un "compte rendu opératoire" d'un acte d'il y a deux ans
    Et que la patiente est admise
    Quand la patiente sort
    Alors la reprise part d'elle-même et envoie ce document

  @DPI.DMP/HISTO.08.01
  Scénario: Un séjour clos compte quand un document d'un séjour antérieur a alimenté le DMP
    Étant donné que la patiente est admise
    Et un document "compte rendu opératoire" validé dans le DPI
    Et que la patiente sort
    Et les indicateurs du mois relevés
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a accepté le document
    Et la patiente est admise
    Et la patiente sort
    Alors la part des séjours avec reprise compte un de plus, sur un de plus

  @DPI.DMP/HISTO.08.01
  Scénario: Un document que le DMP n'a pas encore pris ne compte pas
    Étant donné les indicateurs du mois relevés
    Et que la patiente est admise
    Et un document "compte rendu opératoire" déjà transmis au DMP
    Et que la patiente sort
    Quand la patiente est admise
    Et la patiente sort
    Alors la part des séjours avec reprise compte aucun de plus, sur un de plus

  @DPI.DMP/HISTO.08.01
  Scénario: Un séjour en cours ne compte pas
    Étant donné que la patiente est admise
    Et que la patiente sort
    Et les indicateurs du mois relevés
    Quand la patiente est admise
    Alors la part des séjours avec reprise compte aucun de plus, sur aucun de plus
