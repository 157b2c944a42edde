package io.penstock.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.embedded.CompatibilityLevel.Version;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class CompatibilityLevelTest {
    private static final Schema BASE = record("{'name':'a','type':'string'}");
    private static final Schema WITH_OPTIONAL =
            record("{'name':'a','type':'string'}", "{'name':'b','type':'long','default':0}");
    private static final Schema WITH_REQUIRED = record("{'name':'a','type':'string'}", "{'name':'b','type':'long'}");
    private static final Schema WITHOUT_FIELDS = record();

    @ParameterizedTest
    @CsvSource({
        // level, adds a required field, removes a required field, adds an optional field, changes a type
        "NONE,                true,  true,  true, true",
        "BACKWARD,            false, true,  true, false",
        "BACKWARD_TRANSITIVE, false, true,  true, false",
        "FORWARD,             true,  false, true, false",
        "FORWARD_TRANSITIVE,  true,  false, true, false",
        "FULL,                false, false, true, false",
        "FULL_TRANSITIVE,     false, false, true, false",
    })
    void shouldAllowWhatTheLevelPromises(
            CompatibilityLevel level, boolean addRequired, boolean removeRequired, boolean addOptional, boolean type) {
        assertThat(level.reasonsAgainst(WITH_REQUIRED, versions(BASE)).isEmpty())
                .isEqualTo(addRequired);
        assertThat(level.reasonsAgainst(WITHOUT_FIELDS, versions(BASE)).isEmpty())
                .isEqualTo(removeRequired);
        assertThat(level.reasonsAgainst(WITH_OPTIONAL, versions(BASE)).isEmpty())
                .isEqualTo(addOptional);
        assertThat(level.reasonsAgainst(record("{'name':'a','type':'boolean'}"), versions(BASE))
                        .isEmpty())
                .isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({
        "BACKWARD, true",
        "BACKWARD_TRANSITIVE, false",
        "FULL, true",
        "FULL_TRANSITIVE, false",
    })
    void shouldLookBehindTheLatestVersionOnlyWhenTransitive(CompatibilityLevel level, boolean allowed) {
        // Given
        Schema optionalC = record("{'name':'b','type':'long','default':0}", "{'name':'c','type':'long','default':1}");
        Schema next = record("{'name':'b','type':'long','default':0}", "{'name':'c','type':'string','default':''}");
        Schema latest = record("{'name':'b','type':'long','default':0}");

        // When
        List<String> reasons = level.reasonsAgainst(next, versions(optionalC, latest));

        // Then
        assertThat(reasons.isEmpty()).as("%s", reasons).isEqualTo(allowed);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllowAnyFirstSchemaAndAnUnchangedOne(CompatibilityLevel level) {
        assertThat(level.reasonsAgainst(BASE, List.of())).isEmpty();
        assertThat(level.reasonsAgainst(BASE, versions(BASE, BASE))).isEmpty();
    }

    @Test
    void shouldNameTheFieldTheRuleAndTheVersion() {
        // When
        List<String> reasons = CompatibilityLevel.FULL_TRANSITIVE.reasonsAgainst(WITH_REQUIRED, versions(BASE));

        // Then
        assertThat(reasons)
                .containsExactly("READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: b;"
                        + " the new schema cannot read version 1");
    }

    @Test
    void shouldReadLevelsInAnyCaseAndRefuseOthers() {
        assertThat(CompatibilityLevel.parse("full_transitive")).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
        assertThatThrownBy(() -> CompatibilityLevel.parse("SOME"))
                .hasMessage("Invalid compatibility level 'SOME'. Valid values are [NONE, BACKWARD,"
                        + " BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE]")
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(42203));
    }

    private static List<Version> versions(Schema... schemas) {
        return java.util.stream.IntStream.range(0, schemas.length)
                .mapToObj(i -> new Version(i + 1, schemas[i]))
                .toList();
    }

    private static Schema record(String... fields) {
        String json = "{'type':'record','name':'R','fields':[" + String.join(",", fields) + "]}";
        return new Schema.Parser().parse(json.replace('\'', '"'));
    }
}
