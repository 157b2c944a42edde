package io.penstock.app.audit;

import io.penstock.schema.Identity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * I1: each accepted request has exactly one response, and no response is of an unknown request. A request is accepted if
 * at least one of its records did not go to dead letters; records that repeat an identity are one request.
 */
final class ConservationCheck {
    private static final String ID_CONFLICT = "id_conflict";

    private static final class Life {
        private boolean accepted;
        private boolean late;
        private int responses;
    }

    private final boolean expectIdle;
    private final Map<String, Life> lives = new HashMap<>();
    private final Map<Place, String> requestsByPlace = new HashMap<>();
    private final Set<Place> unreadable = new HashSet<>();
    private final Set<Place> deadPlaces = new HashSet<>();
    private final Set<String> deadIdentities = new HashSet<>();

    /** @param expectIdle whether a request without a response is a violation and not just under way */
    ConservationCheck(boolean expectIdle) {
        this.expectIdle = expectIdle;
    }

    /**
     * A record of a requests topic.
     *
     * @param late read only to know its identity: its response may not be readable yet
     */
    void request(Place place, Identity identity, boolean late) {
        Life life = lives.get(identity.key());
        if (life == null) {
            life = new Life();
            life.late = late;
            lives.put(identity.key(), life);
        }
        requestsByPlace.put(place, identity.key());
    }

    /** A record of a requests topic that cannot be decoded or has no proper id. */
    void unreadableRequest(Place place, boolean late) {
        if (!late) {
            unreadable.add(place);
        }
    }

    /** A dead letter whose source was a requests topic. */
    void deadLetter(Place source) {
        deadPlaces.add(source);
    }

    /** A dead letter of a request that had been moved to its partition, so that only its identity leads back. */
    void deadLetter(Identity identity, String reason) {
        // A conflicting second body is dead, but the request of the first one lives.
        if (!reason.equals(ID_CONFLICT)) {
            deadIdentities.add(identity.key());
        }
    }

    void response(Identity identity) {
        Life life = lives.computeIfAbsent(identity.key(), key -> new Life());
        life.responses++;
    }

    void finish(Findings findings) {
        requestsByPlace.forEach((place, identity) -> {
            Life life = lives.get(identity);
            if (life != null && !deadPlaces.contains(place)) {
                life.accepted = true;
            }
        });
        Set<String> known = new HashSet<>(requestsByPlace.values());
        lives.forEach((identity, life) -> finish(findings, identity, life, known.contains(identity)));
        for (Place place : unreadable) {
            if (!deadPlaces.contains(place)) {
                missing(findings, place.toString(), "is an unreadable request that is not among the dead letters");
            }
        }
    }

    private void finish(Findings findings, String identity, Life life, boolean known) {
        if (!known) {
            findings.violation(Invariant.I1, identity, "has " + life.responses + " responses but no request");
            return;
        }
        boolean dead = !life.accepted || deadIdentities.contains(identity);
        findings.checked(Invariant.I1);
        if (life.responses > 1) {
            findings.violation(Invariant.I1, identity, "has " + life.responses + " responses");
        } else if (life.responses == 0 && !dead && !life.late) {
            missing(findings, identity, "has no response");
        }
    }

    private void missing(Findings findings, String subject, String what) {
        if (expectIdle) {
            findings.violation(Invariant.I1, subject, what);
        } else {
            findings.open(Invariant.I1);
        }
    }
}
