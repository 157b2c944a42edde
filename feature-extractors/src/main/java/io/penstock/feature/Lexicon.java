package io.penstock.feature;

/** The few words the lexical tier knows, each a bit set of what it hints at. Written by hand, not fitted. */
final class Lexicon {
    static final int ENGLISH = 1;
    static final int GERMAN = 2;
    static final int FRENCH = 4;
    static final int SPANISH = 8;
    static final int CODE = 16;
    static final int MATH = 32;
    static final int GENERIC = 64;

    private static final WordTable WORDS = new WordTable(600)
            .add(
                    "the a an of to and in is it that this for on as with by at from or be are was were been has have"
                            + " had not but if then than which who whom whose what when where why how all each every"
                            + " any some no nor so such can could will would shall should may might must do does did"
                            + " he she they we you i me him her them us my your his its our their there here these"
                            + " those about into over under between after before during out up down off again only"
                            + " also more most other own same too very just because while both few being",
                    ENGLISH)
            .add(
                    "der die das und ist nicht ein eine einen dem den des mit von zu auf im ich sie wir ihr wie was"
                            + " auch bei oder wird sind war hat haben aber nach aus durch kann",
                    GERMAN)
            .add(
                    "le la les et est un une des du dans que qui pour pas sur avec au aux ce cette ces il elle nous"
                            + " vous ils sont plus par ne je se mais comment quel quelle",
                    FRENCH)
            .add(
                    "el la los las y es un una de del que en por para con no se su al lo como más pero sus le ya fue"
                            + " este esta son cuando muy qué cómo cuál",
                    SPANISH)
            .add(
                    "def return import class public private static void function const let var int string bool"
                            + " boolean float null none true false elif else for while lambda assert print println"
                            + " printf select insert update delete where join struct enum async await try catch"
                            + " except finally python java javascript typescript sql html css bash regex json api"
                            + " code compile bug stack array list dict str len append implement method script",
                    CODE)
            .add(
                    "equation integral derivative matrix vector polynomial probability theorem proof prove solve"
                            + " compute calculate evaluate sum product triangle angle radius circle square root"
                            + " frac sqrt sin cos tan log lim mod modulo integer prime percent ratio fraction equal"
                            + " equals positive negative real complex number numbers digits remainder total average"
                            + " area volume length perimeter degree graph function",
                    MATH)
            .add(
                    "answer answers answering following question questions choice choices multiple option options"
                            + " correct think step steps end please select given provide explain write give best"
                            + " statement statements show final reasoning instruction instructions",
                    GENERIC);

    private Lexicon() {}

    static int bits(long wordHash) {
        return WORDS.bits(wordHash);
    }

    /** Whether a word of letters with these bits says what a text is about. */
    static boolean isContent(WordReader word, int bits) {
        boolean letter = word.wordLength() == 1 && word.first() < 128;
        return !letter && (bits & (ENGLISH | GENERIC)) == 0;
    }
}
