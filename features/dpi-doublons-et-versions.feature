# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI ne confond ni les documents ni leurs versions
  Un identifiant désigne un seul document, un numéro de version un seul état de ce document. Ce qui arrive deux fois,
  trop tard ou au nom d'une autre ne trouble pas le dossier.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @CDA/HL7.04.01
  Scénario: Un autre contenu sous le même identifiant est refusé
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI un autre contenu sous le même identifiant
    Alors le DPI refuse cette remise, l'identifiant étant déjà pris
    Et le dossier montre ce document une seule fois

  @CDA/HL7.04.01
  Scénario: La même version sous un autre identifiant est refusée
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI la même version de ce document sous un autre identifiant
    Alors le DPI refuse cette remise, la version étant déjà reçue
    Et le dossier ne montre pas ce document

  @CDA/HL7.04.01
  Scénario: Une version ancienne qui arrive tard ne devient pas la version courante
    Étant donné que la PFI remet au DPI la deuxième version d'un document de cette patiente
    Quand la PFI remet au DPI la première version de ce document
    Alors le dossier montre la deuxième version comme courante
    Mais le dossier ne montre pas la première version comme courante

  @CDA/HL7.04.01
  Scénario: Un document plus riche que son modèle est accepté
    Quand la PFI remet au DPI un document structuré avec une section inconnue
    Alors le DPI accepte ce document plus riche
    Et le dossier montre ce document, venu de MSSanté

  @CDA/HL7.04.01
  Scénario: Le document d'une autre patiente n'est pas rattaché
    Quand la PFI remet au DPI un document de cette patiente avec l'INS d'une autre
    Alors le dossier ne montre pas ce document, qui est celui d'une autre
