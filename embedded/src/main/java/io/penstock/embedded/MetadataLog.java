package io.penstock.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Reads Kafka's metadata log before Kafka does.
 *
 * <p>Kafka cuts a log at its first damaged batch and goes on. For records that is a repair; for the metadata it would
 * silently forget topics. Every batch is forced to disk before it counts, so a whole batch with a wrong checksum is
 * damage and not the trace of a crash; only an incomplete last batch is.
 */
final class MetadataLog {
    static final String FOLDER = "__cluster_metadata-0";

    private MetadataLog() {}

    /** @throws KafkaException naming the file and the position of the first damaged batch */
    static void requireIntact(Path kafka) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.list(kafka.resolve(FOLDER))) {
            segments = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
        for (Path segment : segments) {
            requireIntactSegment(segment);
        }
    }

    private static void requireIntactSegment(Path segment) throws IOException {
        int position = 0;
        try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
            for (RecordBatch batch : records.batches()) {
                batch.ensureValid();
                position += batch.sizeInBytes();
            }
        } catch (KafkaException e) {
            KafkaException damage = new KafkaException(
                    FOLDER + "/" + segment.getFileName() + " is damaged at byte " + position + ": " + Sentences.of(e));
            damage.addSuppressed(e);
            throw damage;
        }
    }
}
