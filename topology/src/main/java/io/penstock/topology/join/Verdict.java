package io.penstock.topology.join;

import io.penstock.topology.Hash64;

/**
 * A judged feedback, as far as a closed request remembers it.
 *
 * @param idHash {@link Hash64} of the feedback id
 * @param quality rounded to float32: a correction smaller than that is taken as a duplicate
 * @param weight the weight it was judged with, which its correction must repeat
 */
record Verdict(long idHash, float quality, float weight) {
    static Verdict of(String feedbackId, double quality, double weight) {
        return new Verdict(Hash64.of(feedbackId), (float) quality, (float) weight);
    }
}
