package io.penstock.topology.join;

/** A decision made under an identity that was taken: its completion only settles, at its own address. */
record Voided(long decisionHash, Address address) {}
