package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The elimination is checked against the one large system it stands for. */
class RidgeHierarchyTest {

    private static final int MODELS = 3;
    private static final int WIDTH = 4;
    private static final double SLOPE = 7;
    private static final double SHARED = 3;
    private static final double MEAN = 5;
    private static final double OFFSET = 0.4;

    @Test
    void shouldSolveTheJointSystem() {
        // Given
        List<ModelStatistics> sums = sums();
        List<RidgeMember> members = members(sums);
        int size = MODELS * WIDTH + WIDTH - 1;
        double[][] system = new double[size][size];
        double[] right = new double[size];
        fillJointSystem(members, system, right);
        Factorisation joint = new Factorisation(system, new double[size]);
        double[] expected = joint.solve(right);
        // When
        RidgeHierarchy hierarchy = new RidgeHierarchy(WIDTH, members, SLOPE, SHARED);
        // Then
        for (int a = 0; a < MODELS; a++) {
            double[] found = hierarchy.coefficients(a);
            assertThat(found[0]).isCloseTo(expected[a * WIDTH], within(1e-12));
            for (int i = 1; i < WIDTH; i++) {
                double slope = expected[a * WIDTH + i] + expected[MODELS * WIDTH + i - 1];
                assertThat(found[i]).isCloseTo(slope, within(1e-12));
            }
        }
    }

    @Test
    void shouldComputeTheMarginalLikelihood() {
        // Given
        List<RidgeMember> members = members(sums());
        int size = MODELS * WIDTH + WIDTH - 1;
        double[][] system = new double[size][size];
        double[] right = new double[size];
        fillJointSystem(members, system, right);
        Factorisation joint = new Factorisation(system, new double[size]);
        double[] solution = joint.solve(right);
        double fitted = 0;
        for (int i = 0; i < size; i++) {
            fitted += right[i] * solution[i];
        }
        double squares = members.stream().mapToDouble(RidgeMember::square).sum();
        double priors = MODELS * (Math.log(MEAN) + (WIDTH - 1) * Math.log(SLOPE)) + (WIDTH - 1) * Math.log(SHARED);
        double noise = 0.2;
        // When
        double evidence = new RidgeHierarchy(WIDTH, members, SLOPE, SHARED).logEvidence(noise);
        // Then
        assertThat(evidence)
                .isCloseTo(-0.5 * ((squares - fitted) / noise + joint.logDeterminant() - priors), within(1e-9));
    }

    private static List<ModelStatistics> sums() {
        Random random = new Random(5);
        List<ModelStatistics> sums = new ArrayList<>();
        for (int a = 0; a < MODELS; a++) {
            ModelStatistics statistics = ModelStatistics.empty(WIDTH - 1);
            for (int i = 0; i < 10 + 20 * a; i++) {
                statistics.apply(Samples.features(random, WIDTH - 1), new Observation.Judged(1, random.nextDouble()));
            }
            sums.add(statistics);
        }
        return sums;
    }

    private static List<RidgeMember> members(List<ModelStatistics> sums) {
        return sums.stream()
                .map(statistics -> new RidgeMember(statistics.quality(), 0, OFFSET, MEAN, new double[WIDTH]))
                .toList();
    }

    private static void fillJointSystem(List<RidgeMember> members, double[][] system, double[] right) {
        int shared = MODELS * WIDTH;
        for (int i = 0; i < WIDTH - 1; i++) {
            system[shared + i][shared + i] += SHARED;
        }
        for (int a = 0; a < MODELS; a++) {
            double[][] gram = members.get(a).gram();
            double[] cross = members.get(a).cross();
            for (int i = 0; i < WIDTH; i++) {
                int row = a * WIDTH + i;
                right[row] += cross[i];
                system[row][row] += i == 0 ? MEAN : SLOPE;
                for (int j = 0; j < WIDTH; j++) {
                    system[row][a * WIDTH + j] += gram[i][j];
                }
                for (int j = 1; j < WIDTH; j++) {
                    system[row][shared + j - 1] += gram[i][j];
                    system[shared + j - 1][row] += gram[i][j];
                }
                if (i > 0) {
                    right[shared + i - 1] += cross[i];
                    for (int j = 1; j < WIDTH; j++) {
                        system[shared + i - 1][shared + j - 1] += gram[i][j];
                    }
                }
            }
        }
    }
}
