package io.penstock.app.replay;

/** Told again and again how a replay stands; decides itself when to say something. */
interface LoopProgress {
    LoopProgress NONE = ledger -> {};

    void show(Ledger ledger);
}
