package io.penstock.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.embedded.DataFolder.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
    private static final int CONTROLLER_PORT = 19093;

    @TempDir
    Path parent;

    @Test
    void shouldFormatAMissingFolderOnceAndKnowHowItWasLeft() throws IOException {
        // Given
        Path root = parent.resolve("new/data");

        // Then
        assertThat(prepare(root)).isEqualTo(Content.NEW);
        assertThat(prepare(root)).isEqualTo(Content.KILLED);
        Files.createFile(root.resolve("kafka/.kafka_cleanshutdown"));
        assertThat(prepare(root)).isEqualTo(Content.STOPPED_IN_ORDER);
    }

    @Test
    void shouldRefuseAFolderWithOtherFilesAndLeaveItUntouched() throws IOException {
        // Given
        Files.writeString(parent.resolve("thesis.tex"), "x");

        // Then
        refuses("is not a Penstock broker data folder and not empty; move it away or choose another with --data.");
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactly(parent.resolve("thesis.tex"));
        }
    }

    @Test
    void shouldRefuseAFile() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        assertThatThrownBy(() -> DataFolder.open(file))
                .isInstanceOf(StartupException.class)
                .hasMessage("Data folder " + file + " is a file; choose another with --data.");
    }

    @Test
    void shouldRefuseDataOfAnotherCluster() throws IOException {
        // Given
        prepare(parent);
        edit("kafka/meta.properties", "cluster.id=.*", "cluster.id=other");
        String own = Files.readString(parent.resolve("penstock-broker.properties"))
                .replaceAll("(?s).*cluster\\.id=(\\S+).*", "$1");

        // Then
        refuses("was written by cluster other node 1, expected cluster " + own
                + " node 1; move it away or choose another with --data.");
    }

    @Test
    void shouldRefuseMetaPropertiesWithoutAnIdentity() throws IOException {
        prepare(parent);
        edit("kafka/meta.properties", "node.id=.*", "");
        refuses("is corrupt: kafka/meta.properties lacks cluster.id, node.id or directory.id; move it away or choose"
                + " another with --data.");
    }

    @Test
    void shouldRefuseTopicDataWithoutMetaProperties() throws IOException {
        prepare(parent);
        Files.delete(parent.resolve("kafka/meta.properties"));
        Files.createDirectory(parent.resolve("kafka/prompts-0"));
        refuses("is corrupt: kafka/meta.properties is missing beside topic data; move it away or choose another with"
                + " --data.");
    }

    @Test
    void shouldFinishAFormatThatWasKilled() throws IOException {
        prepare(parent);
        Files.delete(parent.resolve("kafka/meta.properties"));
        assertThat(prepare(parent)).isEqualTo(Content.NEW);
        assertThat(parent.resolve("kafka/meta.properties")).exists();
    }

    @Test
    void shouldRefuseADamagedMarkerAndANewerFormat() throws IOException {
        prepare(parent);
        edit("penstock-broker.properties", "format=1", "format=2");
        refuses("has format 2, this Penstock reads 1; use the version that wrote it or choose another with --data.");
        Files.writeString(parent.resolve("penstock-broker.properties"), "");
        refuses("is corrupt: penstock-broker.properties has no format; move it away or choose another with --data.");
    }

    @Test
    void shouldRefuseASecondOwnerUntilTheFirstCloses() {
        try (DataFolder first = DataFolder.open(parent)) {
            assertThat(first.kafka()).isEqualTo(parent.resolve("kafka"));
            refuses("is in use by another Penstock; stop it or choose another with --data.");
        }
        assertThat(prepare(parent)).isEqualTo(Content.NEW);
    }

    private void refuses(String sentence) {
        ThrowingCallable open = () -> prepare(parent);
        assertThatThrownBy(open)
                .isInstanceOf(StartupException.class)
                .hasMessage("Data folder " + parent + " " + sentence);
    }

    private static Content prepare(Path root) {
        try (DataFolder folder = DataFolder.open(root)) {
            return folder.prepare(CONTROLLER_PORT);
        }
    }

    private void edit(String file, String pattern, String replacement) throws IOException {
        Path path = parent.resolve(file);
        String before = Files.readString(path);
        String after = before.replaceAll(pattern, replacement);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(path, after);
    }
}
