"""A process that writes records until it is stopped; tests start several, and kill them. Says when it is at work.

Usage: python writer.py NAME COUNT — writes COUNT times (0: until killed): a deal, a change of it, a batch.
"""

import sys

from cadran.config.start import start

start()

from cadran.crm.models import Pipeline, Stage  # noqa: E402
from cadran.crm.save import By, change, create, load  # noqa: E402


def main(name: str, count: int) -> None:
    by = By("api", batch=name)
    pipeline, stage = Pipeline.objects.first(), Stage.objects.first()
    if pipeline is None or stage is None:
        raise SystemExit("There is no pipeline to write deals in.")
    columns = ["external_id", "name", "pipeline_id", "stage_id"]
    print("writing", flush=True)
    done = 0
    while not count or done < count:
        deal = create("deal", {"name": name, "pipeline": pipeline, "stage": stage}, by=by)
        change(deal, {"name": f"{name} {done}", "channel": "web"}, by=by)
        batch = [(f"{done}-{row}", f"{name} {done}", pipeline.pk, stage.pk) for row in range(200)]
        load("deal", columns, batch, connection=name, by=by)
        load("deal", ["external_id", "channel"], [(row[0], "web") for row in batch[:50]], connection=name, by=by)
        done += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
