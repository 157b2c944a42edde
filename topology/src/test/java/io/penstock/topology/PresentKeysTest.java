package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PresentKeysTest {

    @Test
    void shouldKnowExactlyWhatWasAddedAndNotRemoved() {
        // Given
        Random random = new Random(7);
        PresentKeys ids = new PresentKeys();
        Set<String> open = new HashSet<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            all.add("tenant/" + i);
        }

        // When
        for (int step = 0; step < 50_000; step++) {
            String id = all.get(random.nextInt(all.size()));
            if (open.add(id)) {
                ids.add(id);
            } else {
                open.remove(id);
                ids.remove(id);
            }
        }

        // Then
        for (String id : all) {
            assertThat(ids.mayContain(id)).as(id).isEqualTo(open.contains(id));
        }
    }

    @Test
    void shouldRefuseToRemoveWhatIsNotThere() {
        PresentKeys keys = new PresentKeys();

        assertThatThrownBy(() -> keys.remove("tenant/1")).isInstanceOf(IllegalStateException.class);
    }
}
