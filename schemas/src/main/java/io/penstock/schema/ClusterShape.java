package io.penstock.schema;

/**
 * How big the cluster's topics are.
 *
 * @param partitions of every data topic; all have the same count, since stages join them by partition. Fixed for life.
 * @param replication of every topic; 1 is for a single broker only
 */
public record ClusterShape(int partitions, short replication) {
    public ClusterShape {
        if (partitions < 1 || replication < 1) {
            throw new IllegalArgumentException(
                    "partitions " + partitions + " and replication " + replication + " must be at least 1");
        }
    }
}
