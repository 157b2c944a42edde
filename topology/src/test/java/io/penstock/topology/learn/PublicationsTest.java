package io.penstock.topology.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.topology.policy.LearnedKey;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublicationsTest {
    private static final LearnedKey A = new LearnedKey("tenant/a", "m-1", "x");
    private static final LearnedKey B = new LearnedKey("tenant/b", "m-1", "x");
    private static final LearnedKey C = new LearnedKey("tenant/c", "m-1", "x");

    private final KeyValueStore<String, Long> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("unpublished"), Serdes.String(), Serdes.Long())
            .withLoggingDisabled()
            .build();

    @BeforeEach
    void open() {
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldTakeTheOldestChangeFirst() {
        // Given
        Publications publications = new Publications(store);
        publications.changed(A, 1);
        publications.changed(B, 2);
        publications.changed(C, 3);
        publications.changed(A, 4);

        // When
        var taken = publications.take();

        // Then
        assertThat(taken).containsExactly(B, C, A);
        assertThat(publications.isEmpty()).isTrue();
    }

    @Test
    void shouldRememberOverARestartWhatWasNotPublished() {
        // Given
        Publications before = new Publications(store);
        before.changed(B, 7);
        before.changed(A, 5);
        before.keep();

        // When
        Publications after = new Publications(store);

        // Then
        assertThat(after.take()).containsExactly(A, B);
        assertThat(store.all()).isExhausted();
    }

    @Test
    void shouldForgetOverARestartWhatWasPublished() {
        // Given
        Publications before = new Publications(store);
        before.changed(A, 5);
        before.keep();
        before.take();
        before.changed(B, 6);
        before.keep();

        // When
        Publications after = new Publications(store);

        // Then
        assertThat(after.take()).containsExactly(B);
    }

    @Test
    void shouldWriteNothingWhenAllIsPublishedAtOnce() {
        // Given
        Publications publications = new Publications(store);
        publications.changed(A, 5);

        // When
        publications.take();
        publications.keep();

        // Then
        assertThat(store.all()).isExhausted();
    }
}
