package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetLedgerTest {

    @Test
    void shouldHaveNoPositionBeforeAnythingWasTaken() {
        assertThat(new OffsetLedger().position()).isEmpty();
    }

    @Test
    void shouldNotPassTheFirstUnfinishedRecord() {
        // Given
        OffsetLedger ledger = new OffsetLedger();
        OffsetLedger.Entry first = ledger.take(10);
        OffsetLedger.Entry second = ledger.take(11);
        OffsetLedger.Entry third = ledger.take(15);

        // When
        second.finish();
        third.finish();

        // Then
        assertThat(ledger.position()).hasValue(10);
        first.finish();
        assertThat(ledger.position()).hasValue(16);
    }

    @Test
    void shouldStopAtAReleasedRecordAndStillBecomeIdle() {
        // Given
        OffsetLedger ledger = new OffsetLedger();
        OffsetLedger.Entry first = ledger.take(0);
        OffsetLedger.Entry second = ledger.take(1);
        CompletableFuture<Void> idle = ledger.seal();

        // When
        first.finish();
        second.release();
        second.finish();

        // Then
        assertThat(idle).isDone();
        assertThat(ledger.position()).hasValue(1);
    }

    @Test
    void shouldRefuseAnOffsetThatWasTaken() {
        // Given
        OffsetLedger ledger = new OffsetLedger();
        ledger.take(4).finish();

        // Then
        assertThatThrownBy(() -> ledger.take(4)).hasMessage("offset 4 was taken before: expected 5 or above");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldCommitExactlyTheFinishedPrefixInAnyOrder(long seed) {
        // Given
        Random random = new Random(seed);
        OffsetLedger ledger = new OffsetLedger();
        List<Long> offsets = new ArrayList<>();
        List<OffsetLedger.Entry> entries = new ArrayList<>();
        long offset = random.nextInt(100);
        for (int i = 0; i < 60; i++) {
            offsets.add(offset);
            entries.add(ledger.take(offset));
            offset += 1 + random.nextInt(3);
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        boolean[] finished = new boolean[entries.size()];
        for (int next : order) {

            // When
            entries.get(next).finish();
            finished[next] = true;

            // Then
            int prefix = 0;
            while (prefix < finished.length && finished[prefix]) {
                prefix++;
            }
            long expected = prefix == finished.length ? offsets.get(prefix - 1) + 1 : offsets.get(prefix);
            assertThat(ledger.position()).hasValue(expected);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldTakeNothingTwiceHoweverOftenThePartitionMoves(long seed) {
        // Given: records with gaps, of which each owner finishes some in any order and then is gone
        Random random = new Random(seed);
        List<Long> offsets = new ArrayList<>();
        for (long offset = random.nextInt(100); offsets.size() < 200; offset += 1 + random.nextInt(3)) {
            offsets.add(offset);
        }
        Set<Long> finished = new HashSet<>();
        OffsetAndMetadata committed = new OffsetAndMetadata(offsets.get(0));

        for (int owner = 0; owner < 12; owner++) {
            OffsetLedger ledger = new OffsetLedger(FinishedOffsets.read(committed.offset(), committed.metadata()));
            int reads = random.nextInt(offsets.size());
            for (long offset : offsets) {
                if (offset < committed.offset() || reads-- <= 0) {
                    continue;
                }
                // When
                boolean skipped = ledger.skip(offset);

                // Then
                assertThat(skipped).as("offset " + offset).isEqualTo(finished.contains(offset));
                if (!skipped) {
                    OffsetLedger.Entry entry = ledger.take(offset);
                    if (random.nextInt(3) == 0) {
                        entry.finish();
                        finished.add(offset);
                    }
                }
            }
            committed = ledger.committable().orElse(committed);
        }
        assertThat(finished).hasSizeGreaterThan(100);
    }

    @Test
    void shouldBeFullBeforeItForgets() {
        // Given
        OffsetLedger ledger = new OffsetLedger();
        OffsetLedger.Entry stuck = ledger.take(0);
        long offset = 1;

        // When
        while (!ledger.isFull()) {
            ledger.take(offset++).finish();
        }

        // Then: what one more poll brings is remembered too
        for (int i = 0; i < 1_000; i++) {
            ledger.take(offset++).finish();
        }
        FinishedOffsets remembered =
                FinishedOffsets.read(0, ledger.committable().orElseThrow().metadata());
        for (long each = 1; each < offset; each++) {
            assertThat(remembered.contains(each)).isTrue();
        }
        stuck.finish();
        assertThat(ledger.isFull()).isFalse();
    }
}
