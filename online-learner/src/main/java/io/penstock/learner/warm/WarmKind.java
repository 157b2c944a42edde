package io.penstock.learner.warm;

/** How a {@link WarmModel} predicts. */
public enum WarmKind {
    /** Means over the most similar training prompts, see {@link NearestNeighbours}. */
    KNN(1),
    /** Quality by ridge logistic regression, output tokens by their training mean, see {@link LogisticRegression}. */
    LOGISTIC(2),
    /** Quality half {@link #KNN}, half {@link #LOGISTIC}; output tokens of {@link #KNN}. */
    BLEND(3),
    /** {@link #BLEND}, shrunk along the directions in which the models' predictions hardly vary, see {@link JointShrinkage}. */
    JOINT(4);

    private final int code;

    WarmKind(int code) {
        this.code = code;
    }

    /** The number that stands for the kind in bytes. */
    int code() {
        return code;
    }

    static WarmKind ofCode(int code) {
        for (WarmKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new InvalidWarmModelException(
                "warm model kind must be 1 (knn), 2 (logistic), 3 (blend) or 4 (joint), but is " + code);
    }
}
