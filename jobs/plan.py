"""stub"""


def plan_due(service, jobs):
    return []
