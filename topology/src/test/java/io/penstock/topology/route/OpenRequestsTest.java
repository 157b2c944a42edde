package io.penstock.topology.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.FeatureVector;
import io.penstock.schema.Identity;
import io.penstock.topology.enrich.EnrichedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

final class OpenRequestsTest {
    private final KeyValueStore<String, byte[]> store = store();

    private static KeyValueStore<String, byte[]> store() {
        KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("open"), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        return store;
    }

    private static OpenRequest request(String id, int attempt, int bytes) {
        return new OpenRequest(
                new Identity("acme", id),
                "session",
                attempt,
                "model-" + attempt,
                Set.of("model-0"),
                "extractor",
                FeatureVector.of(new float[] {0.5f, -2}),
                new EnrichedRequest.Source("requests", 3, 17),
                1_000,
                Long.MAX_VALUE,
                Bytes.wrap(new byte[] {1, 2}),
                Bytes.wrap(new byte[bytes]),
                Set.of("model-0"));
    }

    @Test
    void shouldFindTheSameInMemoryAndInTheStore() {
        // Given
        OpenRequests running = new OpenRequests(store, left -> {});
        OpenRequest small = request("small", 1, 10);
        OpenRequest huge = request("huge", 1, 5 << 20);
        running.put(small, false);
        running.put(huge, false);
        running.put(request("small", 2, 10), false);

        // When
        List<OpenRequest> left = new ArrayList<>();
        OpenRequests started = new OpenRequests(store, left::add);

        // Then
        assertThat(running.find("acme/small")).isEqualTo(request("small", 2, 10));
        assertThat(running.find("acme/huge")).isEqualTo(huge);
        assertThat(started.find("acme/small")).isEqualTo(request("small", 2, 10));
        assertThat(started.find("acme/huge")).isEqualTo(huge);
        assertThat(left).containsExactlyInAnyOrder(request("small", 2, 10), huge);
    }

    @Test
    void shouldKnowNothingOfWhatWasRemoved() {
        // Given
        OpenRequests requests = new OpenRequests(store, left -> {});
        requests.put(request("a", 1, 10), false);

        // When
        requests.remove(request("a", 1, 10));

        // Then
        assertThat(requests.find("acme/a")).isNull();
        assertThat(new OpenRequests(store, left -> {}).find("acme/a")).isNull();
    }
}
