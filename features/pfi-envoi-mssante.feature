# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI envoie les documents par MSSanté
  Le DPI confie un document et dit à qui l'envoyer. La PFI le porte dans un courriel que le destinataire, et son
  logiciel, savent reconnaître, ouvrir et rattacher au bon dossier.

  @MSS/CONF.14.01
  Plan du scénario: Le courriel dit si le document porte une INS qualifiée
    Quand le DPI confie à la PFI un document <document>
    Alors le professionnel reçoit un courriel de la PFI
    Et l'en-tête X-MSS-INS du courriel envoyé est conforme

    Exemples:
      | document                        |
      | pour un professionnel           |
      | sans INS, pour un professionnel |

  @MSS/CONF.15.01
  Plan du scénario: Le courriel annonce le type du document
    Quand le DPI confie à la PFI un document <document>
    Alors le professionnel reçoit un courriel de la PFI
    Et l'en-tête X-MSS-CODECDA du courriel envoyé est conforme

    Exemples:
      | document                        |
      | pour un professionnel           |
      | structuré pour un professionnel |

  @MSS/CONF.16.01
  Scénario: Le courriel nomme le logiciel qui l'a produit
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et l'en-tête X-MSS-NIL du courriel envoyé est conforme

  @MSS/CONF.21.01
  Plan du scénario: Le courriel dit à la patiente si elle peut répondre
    Quand le DPI confie à la PFI un document <document>
    Alors la patiente reçoit un courriel de la PFI
    Et le courriel envoyé à la patiente dit ce que le DPI a demandé

    Exemples:
      | document                               |
      | pour la patiente                       |
      | pour la patiente, sans attendre de réponse |

  @MSS/CONF.23.01
  Plan du scénario: Le courriel porte l'archive du document et sa copie PDF
    Quand le DPI confie à la PFI un document <document>
    Alors le professionnel reçoit un courriel de la PFI
    Et le courriel envoyé est conforme au référentiel MSSanté
    Et le PDF joint au courriel est celui du document

    Exemples:
      | document                        |
      | pour un professionnel           |
      | structuré pour un professionnel |

  @MSS/CONF.25.01
  Scénario: L'objet du courriel annonce le document et la patiente
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et l'objet du courriel envoyé est conforme

  @MSS/UX.33.01
  Scénario: L'accusé de lecture que le DPI veut est demandé au destinataire
    Quand le DPI confie à la PFI un document pour un professionnel, avec accusé de lecture
    Alors le professionnel reçoit un courriel de la PFI
    Et la demande d'accusé de lecture du courriel envoyé est conforme

  @MSS/va1.09.01
  Scénario: Le courriel se dit automatique et nomme une boîte de contact
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et la mention d'envoi automatique du courriel envoyé est conforme

  @MSS/va1.11.01
  Scénario: Le corps du courriel se lit sans HTML
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et le corps du courriel envoyé est conforme

  @MSS/va1.12.01
  Scénario: Le courriel a son propre identifiant
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et l'identifiant du courriel envoyé est conforme

  @MSS/va1.12.01
  Plan du scénario: Un courriel renvoyé garde son identifiant
    Étant donné un opérateur qui, la première fois, <incident>
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et ce courriel a gardé l'identifiant de son premier envoi

    Exemples:
      | incident                                  |
      | refuse pour l'instant                     |
      | prend le courriel puis coupe la connexion |

  @MSS/va1.12.01
  Scénario: Un courriel en attente survit au redémarrage de la PFI et garde son identifiant
    Étant donné un opérateur qui refuse pour l'instant
    Et que le DPI confie à la PFI un document pour un professionnel
    Et que l'opérateur a refusé ce courriel
    Et que la PFI est redémarrée
    Quand l'opérateur accepte de nouveau les courriels
    Alors le professionnel reçoit un courriel de la PFI
    Et ce courriel a gardé l'identifiant de son premier envoi

  @MSS/CONF.05.01
  Plan du scénario: Un courriel refusé définitivement n'est pas renvoyé
    Étant donné un opérateur qui <refus>
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors l'opérateur refuse ce courriel
    Mais la PFI ne le renvoie pas

    Exemples:
      | refus                              |
      | refuse le destinataire             |
      | refuse le courriel                 |
      | trouve le courriel trop volumineux |

  @MSS/va1.13.01
  Scénario: La nouvelle version dit qu'elle annule et remplace la précédente
    Étant donné que le DPI confie à la PFI un document pour un professionnel
    Quand le DPI confie à la PFI une nouvelle version destinée au même professionnel, par un message MDM
    Alors le professionnel reçoit un courriel de la PFI
    Et la mention de remplacement du courriel envoyé est conforme
    Et le courriel envoyé au professionnel dit ce que le DPI a demandé

  @MSS/va1.15.01
  Scénario: Le courriel demande un accusé de réception
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et la demande d'accusé de réception du courriel envoyé est conforme

  @MSS/va1.16.01
  Scénario: L'expéditeur du courriel est nommé
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et l'expéditeur du courriel envoyé est conforme

  @MSS/va1.17.01
  Scénario: La patiente reçoit l'archive et sa copie lisible
    Quand le DPI confie à la PFI un document pour la patiente
    Alors la patiente reçoit un courriel de la PFI
    Et la copie lisible du courriel envoyé est conforme

  @MSS/va1.18.01
  Scénario: Les réponses vont à une boîte que quelqu'un lit
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et l'adresse de retour du courriel envoyé est conforme

  @MSS/va1.19.01
  Scénario: Le courriel à la patiente va à l'adresse faite de son INS
    Quand le DPI confie à la PFI un document pour la patiente
    Alors la patiente reçoit un courriel de la PFI
    Et l'adresse de la patiente du courriel envoyé est conforme

  @MSS/va1.19.02
  Scénario: Rien n'est envoyé à la patiente sans INS qualifiée
    Quand le DPI confie à la PFI un document pour la patiente, sous une identité provisoire
    Alors la PFI n'écrit pas à la patiente
