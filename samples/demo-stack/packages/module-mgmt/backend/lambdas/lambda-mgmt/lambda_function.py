"""Management: functions and their warming, the module registry, and the usage of modules.

Routes - Functions and Warming:
- GET  /admin/sys/mgmt/schedule                    - List the warming schedules
- GET  /admin/sys/mgmt/schedule/{configKey}        - Get a warming schedule
- PUT  /admin/sys/mgmt/schedule/{configKey}        - Set a warming schedule
- POST /admin/sys/mgmt/schedule/sync               - Make EventBridge match the schedules
- GET  /admin/sys/mgmt/functions                   - List the functions

Routes - Module Registry:
- GET  /admin/sys/mgmt/modules                     - List the modules that the caller may see
- POST /admin/sys/mgmt/modules                     - Register a module
- GET  /admin/sys/mgmt/modules/{name}              - Get a module
- PUT  /admin/sys/mgmt/modules/{name}              - Change a module
- POST /admin/sys/mgmt/modules/{name}/enable       - Enable a module
- POST /admin/sys/mgmt/modules/{name}/disable      - Disable a module

Routes - Usage:
- GET  /admin/org/mgmt/usage                       - Get the usage of modules by an organisation
"""

import modules
import org_common as common
import schedules
import usage

ROUTES = {
    "GET /admin/sys/mgmt/schedule": schedules.list_schedules,
    "GET /admin/sys/mgmt/schedule/{configKey}": schedules.get_schedule,
    "PUT /admin/sys/mgmt/schedule/{configKey}": schedules.put_schedule,
    "POST /admin/sys/mgmt/schedule/sync": schedules.sync,
    "GET /admin/sys/mgmt/functions": schedules.list_functions,
    "GET /admin/sys/mgmt/modules": modules.list_modules,
    "POST /admin/sys/mgmt/modules": modules.register,
    "GET /admin/sys/mgmt/modules/{name}": modules.get_module,
    "PUT /admin/sys/mgmt/modules/{name}": modules.update,
    "POST /admin/sys/mgmt/modules/{name}/enable": modules.enable,
    "POST /admin/sys/mgmt/modules/{name}/disable": modules.disable,
    "GET /admin/org/mgmt/usage": usage.get_usage,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
