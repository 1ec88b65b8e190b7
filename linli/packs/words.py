"""The Chinese of the skeleton's texts. A test compares them with the texts of the files."""

from __future__ import annotations


def chinese(title: str, zh: str) -> dict[str, str]:
    """English text → Chinese, for a pack called `title` and `zh`."""
    return {
        title: zh,
        f"Every device of {title} works, or a case with a clock runs.": f"每台{zh}设备正常工作，否则有计时的案件。",
        f"keeper of {title}": f"{zh}管理员",
        f"device of {title}": f"{zh}设备",
        f"devices of {title}": f"台{zh}设备",
        f"fault of {title}": f"{zh}故障",
        f"Faults of {title}": f"{zh}故障",
        "does not work": "不工作",
        "works badly": "工作不良",
        "fault": "故障",
        "measured value": "实测值",
        "reported": "已报告",
        "under repair": "维修中",
        "restored": "已恢复",
        "unfounded": "不属实",
        "confirm the fault": "确认故障",
        "no fault found": "未见故障",
        "the device works again": "设备恢复工作",
        "report it restored": "报告已恢复",
        "fault confirmed": "故障确认",
        "repaired": "修复",
        f"devices of {title} that work": f"{zh}设备完好率",
        f"Share of the devices of {title} in use that have no open fault on the day.": f"在用{zh}设备中当日无未结故障的比例。",
    }
