package io.gateau.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class TaskModelsTest {
  @Test
  void aTaskTakesTheGpuThatSparkGaveIt() {
    assertEquals("cuda:3", TaskModels.deviceOfTask("auto", "3"));
    assertEquals("cuda:3", TaskModels.deviceOfTask("cuda", "3"));
    assertEquals("cuda:1", TaskModels.deviceOfTask("cuda:1", "3"));
    assertEquals("cpu", TaskModels.deviceOfTask("cpu", "3"));
  }

  @Test
  void anAddressThatIsNoIndexIsRefusedWhereItIsNeeded() {
    assertEquals(
        "Spark gave this task the GPU GPU-8f2c, which is not an index; use a discovery script that prints indices from 0, as Spark's getGpusResources.sh does",
        assertThrows(ModelException.class, () -> TaskModels.deviceOfTask("auto", "GPU-8f2c"))
            .getMessage());
    assertEquals("cpu", TaskModels.deviceOfTask("cpu", "GPU-8f2c"));
  }

  @Test
  void aGpuThatTheDriverOfLocalTasksLacksEndsARunBeforeItStarts() {
    ModelSpec spec = new ModelSpec("any", 1, Dtype.FLOAT32, "cuda:777");
    for (String local : new String[] {"local", "local[2]"}) {
      String complaint =
          assertThrows(ModelException.class, () -> TaskModels.resolveForAllTasks(spec, conf(local)))
              .getMessage();
      assertTrue(complaint.startsWith("device cuda:777 "), complaint);
    }
    assertEquals(spec, TaskModels.resolveForAllTasks(spec, conf("spark://host:7077")));
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).setMaster(master);
  }
}
