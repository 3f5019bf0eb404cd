# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI intègre les documents reçus par MSSanté
  Un confrère envoie un document par messagerie sécurisée. La PFI l'ouvre et le remet au DPI, qui le range dans le
  dossier du bon patient, ou qui dit pourquoi il ne le peut pas. Rien ne se perd, rien ne se mélange.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @CDA/HL7.04.01
  Scénario: Un document nouveau entre au dossier
    Quand la PFI remet au DPI un document de cette patiente
    Alors le DPI accepte la remise
    Et son acquittement est conforme aux volets du CI-SIS
    Et le dossier montre ce document, venu de MSSanté

  @CDA/HL7.04.01
  Scénario: Une nouvelle version remplace le document reçu
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI une nouvelle version de ce document
    Alors le DPI accepte la remise
    Et son acquittement est conforme aux volets du CI-SIS
    Et le dossier montre ce document, venu de MSSanté
    Mais le dossier ne montre plus le document d'origine

  @CDA/HL7.04.01
  Scénario: L'expéditeur supprime son document
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI la suppression de ce document
    Alors le DPI accepte la remise
    Et son acquittement est conforme aux volets du CI-SIS
    Mais le dossier ne montre plus le document d'origine

  @CDA/HL7.04.01
  Scénario: Le même message remis deux fois ne donne qu'un document
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI le même message une seconde fois
    Alors le dossier montre ce document une seule fois

  @CDA/HL7.04.01
  Scénario: Le même document remis par deux messages ne donne qu'un document
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI le même document dans un autre message
    Alors le dossier montre ce document une seule fois

  @CDA/HL7.04.01
  Scénario: Le patient est inconnu de l'établissement
    Quand la PFI remet au DPI un document pour une patiente inconnue
    Alors le DPI refuse la remise au motif "patient inconnu"
    Et son acquittement est conforme aux volets du CI-SIS

  @CDA/HL7.04.01
  Scénario: L'INS du document n'est pas celle du dossier
    Quand la PFI remet au DPI un document de cette patiente avec l'INS d'une autre
    Alors le DPI refuse la remise au motif "INS différente"
    Et le dossier ne montre pas ce document

  @CDA/HL7.04.01
  Scénario: Les traits du document ne sont pas ceux du dossier
    Quand la PFI remet au DPI un document de cette patiente avec une autre date de naissance
    Alors le DPI refuse la remise au motif "INS différente"
    Et le dossier ne montre pas ce document

  @CDA/HL7.04.01
  Scénario: Les traits du document sont incomplets
    Quand la PFI remet au DPI un document de cette patiente sans lieu de naissance
    Alors le DPI refuse la remise au motif "INS incomplète"
    Et le dossier ne montre pas ce document

  @CDA/HL7.04.01
  Scénario: Une autre structure ne peut pas supprimer le document
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI la suppression de ce document par une autre structure
    Alors le DPI refuse la remise au motif "auteur non autorisé"
    Et le dossier montre ce document, venu de MSSanté

  @CDA/HL7.04.01
  Scénario: Le document ne porte pas d'INS
    Quand la PFI remet au DPI un document de cette patiente sans INS
    Alors le DPI refuse la remise au motif "INS absente"
    Et le dossier ne montre pas ce document

  @CDA/HL7.04.01
  Scénario: Le remplacement vise une version qui n'est plus la dernière
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand la PFI remet au DPI une autre version du document d'origine
    Alors le DPI refuse la remise au motif "version dépassée"
    Et le dossier ne montre pas ce document

  @CDA/HL7.04.01
  Plan du scénario: Le message remis est fautif
    Quand la PFI remet au DPI un message fautif, <faute>
    Alors le DPI signale une erreur technique
    Et son acquittement est conforme aux volets du CI-SIS
    Et le dossier ne montre pas ce document

    Exemples:
      | faute                               |
      | identité du patient absente         |
      | événement inconnu                   |
      | octets d'un autre jeu de caractères |
