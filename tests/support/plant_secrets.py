"""Plants secrets in an empty account, and prints the texts that nobody may see again, one a line."""

import base64
import gzip
import sys

import boto3

KEY = "AKIA2E0A8F3B244C9986"
SECRET = "7CE556A3BC234CC1FF9E8A5C324C0BB70AA21B6D"
PASSWORD = "correct-horse-battery-staple"
PRIVATE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDplanted7Zk2"
TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"

SCRIPT = f"""#!/bin/sh
export AWS_ACCESS_KEY_ID={KEY}
export AWS_SECRET_ACCESS_KEY={SECRET}
export DB_PASSWORD="{PASSWORD}"
git clone https://x:{TOKEN}@github.com/acme/shop
cat > /etc/key.pem <<KEY
-----BEGIN PRIVATE KEY-----
{PRIVATE}
-----END PRIVATE KEY-----
KEY
"""

ec2 = boto3.client(
    "ec2",
    region_name="us-east-1",
    endpoint_url=sys.argv[1],
    aws_access_key_id="testing",
    aws_secret_access_key="testing",
)
image = ec2.describe_images()["Images"][0]["ImageId"]
packed = gzip.compress(SCRIPT.encode(), mtime=0)
# boto3 encodes the user data of an instance itself, and not that of a template.
datas = [SCRIPT.encode(), packed, SCRIPT.encode("utf-16-le")]
for data in datas:
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, UserData=data)
encoded = base64.b64encode(SCRIPT.encode()).decode()
ec2.create_launch_template(LaunchTemplateName="planted", LaunchTemplateData={"ImageId": image, "UserData": encoded})

for text in [KEY, SECRET, PASSWORD, PRIVATE, TOKEN]:
    print(text)
# As the API gives them: any stretch of the encoding gives a part away.
for data in [SCRIPT.encode(), packed]:
    whole = base64.b64encode(data).decode()
    for at in range(0, len(whole) - 32, 32):
        print(whole[at : at + 32])
